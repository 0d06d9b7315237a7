import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Milliseconds. */
const ROUND_TRIP = 5;

/**
 * A door to a server as if it were far away: what either side sends arrives half a round trip later, and
 * a new connection costs a whole one, as the handshake of TCP does.
 *
 * @param server listens on loopback when the first client comes
 */
export function distantDoor(server: Server): Server {
	return createServer({ noDelay: true }, (client) => {
		const { port, address } = server.address() as AddressInfo;
		const target = connect({ port, host: address, noDelay: true });
		const handshakeUntil = performance.now() + ROUND_TRIP;
		forward(client, target, () => Math.max(0, handshakeUntil - performance.now()) + ROUND_TRIP / 2);
		forward(target, client, () => ROUND_TRIP / 2);
	});
}

/** Hands on what comes, in order: timers of equal length fire in the order in which they were set. */
function forward(from: Socket, to: Socket, delay: () => number): void {
	let last = 0;
	const later = (action: () => void): void => {
		const now = performance.now();
		last = Math.max(last, now + delay());
		setTimeout(action, last - now);
	};
	from.on('data', (chunk) => later(() => to.write(chunk)));
	from.on('end', () => later(() => to.end()));
	from.on('error', () => to.destroy());
	from.on('close', () => later(() => to.destroy()));
}
