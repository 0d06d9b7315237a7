import { n8nEgressPolicy } from '../../../nodes/ConcurrentHttpRequest/n8nEgressPolicy.ts';
import type { EgressPolicy } from '../../../nodes/ConcurrentHttpRequest/transport/EgressPolicy.ts';
import type { ConnectionPoolOptions } from '../../../nodes/ConcurrentHttpRequest/transport/ConnectionPool.ts';
import { Transport } from '../../../nodes/ConcurrentHttpRequest/transport/Transport.ts';

/** Allows everything, with some answers of its own. */
export function policy(changes: Partial<EgressPolicy> = {}): EgressPolicy {
	return { ...n8nEgressPolicy(undefined), ...changes };
}

const opened = new Set<Transport>();

export function newTransport(options: Partial<ConnectionPoolOptions> = {}): Transport {
	const transport = new Transport({
		egress: policy(),
		connectionsPerOrigin: 3,
		onConnection: () => {},
		...options,
	});
	opened.add(transport);
	return transport;
}

/** For `afterEach`: nothing of a test stays open. */
export async function closeTransports(): Promise<void> {
	await Promise.all([...opened].map(async (transport) => await transport.close()));
	opened.clear();
}
