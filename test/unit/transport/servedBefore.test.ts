import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

import {
	hadServedBefore,
	watchConnection,
} from '../../../nodes/ConcurrentHttpRequest/transport/servedBefore.ts';

/** A connection that has received so many bytes when it is made, and so many when it ends. */
function endOf(atStart: number, atEnd: number, more: object = {}): Error {
	const socket = Object.assign(new EventEmitter(), { bytesRead: atStart, ...more });
	// The HTTP client listens as well; an error that nobody hears would be thrown.
	socket.on('error', () => {});
	watchConnection(socket as unknown as Socket);
	socket.bytesRead = atEnd;
	const error = new Error('read ECONNRESET');
	socket.emit('error', error);
	return error;
}

it('is so if something came after the connection was made', () => {
	expect(hadServedBefore(endOf(0, 100))).toBe(true);
	expect(hadServedBefore(endOf(0, 0))).toBe(false);
});

it('does not count what came while TLS was set up', () => {
	expect(hadServedBefore(endOf(3000, 3000, { alpnProtocol: 'http/1.1' }))).toBe(false);
	expect(hadServedBefore(endOf(3000, 3500, { alpnProtocol: 'http/1.1' }))).toBe(true);
});

it('is never so with HTTP/2', () => {
	expect(hadServedBefore(endOf(3000, 9000, { alpnProtocol: 'h2' }))).toBe(false);
});
