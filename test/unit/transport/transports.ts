import { n8nEgressPolicy } from '../../../nodes/ConcurrentHttpRequest/egress/n8nEgressPolicy.ts';
import type { EgressPolicy } from '../../../nodes/ConcurrentHttpRequest/transport/EgressPolicy.ts';
import type { ConnectionPoolOptions } from '../../../nodes/ConcurrentHttpRequest/transport/ConnectionPool.ts';
import { Call } from '../../../nodes/ConcurrentHttpRequest/client/Call.ts';
import { redirect } from '../../../nodes/ConcurrentHttpRequest/client/redirect.ts';
import { systemClock } from '../../../nodes/ConcurrentHttpRequest/common/Clock.ts';
import { RetryWaits } from '../../../nodes/ConcurrentHttpRequest/client/retry/RetryWaits.ts';
import type { BodyReceiver } from '../../../nodes/ConcurrentHttpRequest/transport/BodyReceiver.ts';
import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import type { HttpResponse } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';
import { Transport } from '../../../nodes/ConcurrentHttpRequest/transport/Transport.ts';

/** Allows everything but for these changes. */
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

/** Sends with a transport, and follows redirects as the client does. */
export async function sendFollowing<T>(
	transport: Transport,
	request: HttpRequest,
	{ receiver, egress = policy() }: { receiver?: BodyReceiver<T>; egress?: EgressPolicy } = {},
): Promise<HttpResponse<T>> {
	const { signal } = new AbortController();
	const follow = redirect<T>({
		egress,
		clock: systemClock,
		totalTime: Infinity,
		waits: new RetryWaits(systemClock, signal),
	});
	const call = new Call<T>({ costs: [], waits: () => {}, receiver });
	call.beginAttempt(request.timeout);
	return await follow(
		async (hop, { timeLeft }) => await transport.send(hop, { timeLeft, receiver }),
	)(request, call);
}

/** For `afterEach`: nothing of a test stays open. */
export async function closeTransports(): Promise<void> {
	await Promise.all([...opened].map(async (transport) => await transport.close()));
	opened.clear();
}
