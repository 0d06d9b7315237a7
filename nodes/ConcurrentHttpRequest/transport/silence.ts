import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import symbols from 'undici/lib/core/symbols.js';

import { TransportFailure } from './TransportFailure';

/** undici leaves the session of a connection on its socket. */
type Http2Socket = Socket & { readonly [symbols.kHTTP2Session]?: ClientHttp2Session };

/** Milliseconds between two looks at a connection. */
const INTERVAL = 2500;

/** Pings in a row that may go unanswered while nothing else comes either. */
const UNANSWERED_PINGS = 6;

/**
 * Ends an HTTP/2 connection on which not even pings are answered (RFC 9113 section 6.7), within 20 s.
 *
 * A time-out ends one stream only; HTTP/1.1 would end the connection. So where a firewall or a
 * failed host has dropped the connection without a word, every later request would be sent on it
 * and run into its own time-out, until the system gives the connection up after 15 minutes or so. A
 * connection whose end was missed fails at the first ping. undici's own pings see to none of this,
 * so they are off.
 */
export function endWhenSilent(socket: Socket): void {
	let bytesRead = socket.bytesRead;
	let pings = 0;
	// Looks are counted, and not time: a process that was busy for a minute has missed looks too.
	const timer = setInterval(() => {
		const { [symbols.kHTTP2Session]: session } = socket as Http2Socket;
		const isSilent = socket.bytesRead === bytesRead;
		bytesRead = socket.bytesRead;
		if (session?.destroyed || (isSilent && pings === UNANSWERED_PINGS)) {
			const message = 'The server went silent and did not answer pings';
			socket.destroy(new TransportFailure('connection reset', message));
		} else if (isSilent) {
			pings++;
			// The answer is a few bytes; that it came is all there is to know.
			session?.ping(() => {});
		} else {
			pings = 0;
		}
	}, INTERVAL);
	timer.unref();
	socket.once('close', () => clearInterval(timer));
}
