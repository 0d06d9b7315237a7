import type { TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';

type Connector = buildConnector.connector;

/** Sessions kept at most; undici's cache of them has the same size. */
const MAX_SESSIONS = 100;

/** Milliseconds to wait for a session after the first handshake, however fast that was. */
const SHORTEST_WAIT = 50;

/** Milliseconds that other connections wait for the first one's session at most. */
const LONGEST_WAIT = 1_000;

/** Milliseconds of a turn of the event loop in which handshakes are begun; each takes about half of one. */
const LONGEST_TURN = 10;

/**
 * Lets the connections of a run resume the TLS session of the first one to the same server (RFC
 * 8446 section 2.2), which saves both sides the certificate and its signature. undici offers a
 * session that it knows, but a run opens its connections at the same moment, when it knows none
 * yet, and undici holds sessions by weak reference only. So here the first connection to a server
 * goes ahead, and sessions are held.
 */
export class TlsSessions {
	private readonly held = new Map<string, Buffer>();
	private readonly first = new Map<string, Promise<void>>();
	/** Handshakes that may begin, in order. */
	private readonly due: Array<() => void> = [];

	/** @param connect a connector of undici's, with its own cache of sessions */
	resuming(connect: Connector): Connector {
		return (options, callback) => {
			if (options.protocol !== 'https:') return connect(options, callback);
			const server = `${options.servername ?? ''} ${options.hostname}:${options.port}`;
			const first = this.first.get(server);
			if (first) {
				void first.then(() => {
					this.soon(() => {
						try {
							connect(options, callback);
						} catch (error) {
							callback(error as Error, null);
						}
					});
				});
				return;
			}
			const { promise, resolve } = Promise.withResolvers<void>();
			this.first.set(server, promise);
			const longest = setTimeout(resolve, LONGEST_WAIT);
			void promise.then(() => clearTimeout(longest));
			const startedAt = performance.now();
			return connect(options, (...result) => {
				const [error, socket] = result;
				if (error) {
					this.first.delete(server);
					resolve();
				} else {
					this.hold(server, socket as TLSSocket, resolve);
					// In TLS 1.3 the session comes a round trip after the handshake, or not at all. The
					// handshake took at least that long. Tickets that came meanwhile are read before the wait ends.
					const handshake = performance.now() - startedAt;
					const wait = setTimeout(() => setImmediate(resolve), Math.max(handshake, SHORTEST_WAIT));
					void promise.then(() => clearTimeout(wait));
				}
				callback(...result);
			});
		};
	}

	/** Hundreds of connections may have waited for the first one; all at once they would hold the loop. */
	private soon(begin: () => void): void {
		this.due.push(begin);
		if (this.due.length === 1) setImmediate(() => this.beginDue());
	}

	private beginDue(): void {
		const startedAt = performance.now();
		do this.due.shift()?.();
		while (this.due.length > 0 && performance.now() - startedAt < LONGEST_TURN);
		if (this.due.length > 0) setImmediate(() => this.beginDue());
	}

	private hold(server: string, socket: TLSSocket, then: () => void): void {
		socket.once('close', then);
		socket.on('session', (session) => {
			this.held.delete(server);
			this.held.set(server, session);
			const [oldest] = this.held.keys();
			if (this.held.size > MAX_SESSIONS && oldest !== undefined) this.held.delete(oldest);
			then();
		});
	}
}
