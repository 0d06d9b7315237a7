import type { Socket } from 'node:net';

/** Errors of connections on which an answer had come before. */
const errors = new WeakSet<object>();

/**
 * Remembers with the error that will end a connection whether it had received anything since it was
 * made. TLS 1.3 sends session tickets unasked (RFC 8446 section 4.6.1), so that a new connection can
 * pass for a used one. Not with HTTP/2, whose connections are busy rather than idle: many requests are
 * lost with one.
 *
 * @param socket connected just now
 */
export function watchConnection(socket: Socket): void {
	if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') return;
	const receivedAtStart = socket.bytesRead;
	socket.once('error', (error) => {
		if (socket.bytesRead > receivedAtStart) errors.add(error);
	});
}

/** Whether the error ended a connection on which something had been received before. */
export function hadServedBefore(error: Error): boolean {
	return errors.has(error);
}
