import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import symbols from 'undici/lib/core/symbols.js';

import { TransportFailure } from './TransportFailure';

/** undici leaves the session of a connection on its socket. Node.js keeps the system's socket there. */
type Http2Socket = Socket & {
	readonly [symbols.kHTTP2Session]?: ClientHttp2Session;
	readonly _handle?: { getpeername?(address: object): number | undefined } | null;
};

/** Milliseconds between two looks at a connection. */
const INTERVAL = 2500;

/** Pings in a row that may stay without acknowledgement while nothing else comes either. */
const UNANSWERED_PINGS = 6;

/**
 * Ends an HTTP/2 connection that has died silently. A time-out would end one stream only, and
 * every later request would be sent on the dead connection. undici's own pings do not end it either,
 * so they are off.
 *
 * - The system knows that the connection was reset, and Node.js does not: when a write fails at once,
 *   Node.js 24 neither reports that nor reads the connection any more. Such a connection ends at the
 *   next look, within 2.5 s.
 * - A firewall or a failed host drops the connection. Not even pings are acknowledged then (RFC 9113
 *   section 6.7), and the connection ends after 17.5 to 20 s.
 */
export function closeWhenSilent(socket: Socket): void {
	let bytesRead = socket.bytesRead;
	let pings = 0;
	const end = (message: string) =>
		socket.destroy(new TransportFailure('connection reset', message));
	// Looks are counted, and not time: a process that was busy for a minute has missed looks too.
	const timer = setInterval(() => {
		const { [symbols.kHTTP2Session]: session } = socket as Http2Socket;
		const isSilent = socket.bytesRead === bytesRead;
		bytesRead = socket.bytesRead;
		if (isReset(socket)) {
			// What came before the reset is read first.
			setImmediate(() => {
				if (socket.bytesRead !== bytesRead) return;
				end('The server closed the connection before its response was complete');
			});
		} else if (session?.destroyed || (isSilent && pings === UNANSWERED_PINGS)) {
			end('The server went silent and did not acknowledge pings');
		} else if (isSilent) {
			pings++;
			// The acknowledgement is a few bytes; that it came is all there is to know.
			session?.ping(() => {});
		} else {
			pings = 0;
		}
	}, INTERVAL);
	timer.unref();
	socket.once('close', () => clearInterval(timer));
}

/** Whether the system has no peer for the connection any more. */
function isReset(socket: Http2Socket): boolean {
	const code = socket._handle?.getpeername?.({});
	return code !== undefined && code !== 0;
}
