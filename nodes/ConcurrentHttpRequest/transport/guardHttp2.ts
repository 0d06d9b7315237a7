import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
import type { Socket } from 'node:net';
import symbols from 'undici/lib/core/symbols.js';

import { markAsReused } from './ExchangeFacts';
import { codeOf, TransportFailure } from './TransportFailure';

/**
 * Corrects how Node.js and undici end HTTP/2 responses:
 *
 * - A stream that the server resets with NO_ERROR or CANCEL ends like a complete one
 *   (https://github.com/nodejs/node/issues/63249).
 * - undici stops reading a body as soon as trailers arrive, though some of it may wait in the stream.
 * - Complete responses are lost where the connection ends in the same moment.
 * - Requests are sent in vain on a connection whose session has failed, until its socket is closed.
 *
 * @param socket connected, and not yet in use by undici, which leaves its session on the socket and
 * opens the first stream at once
 */
export function guardHttp2(socket: Socket): void {
	let session: ClientHttp2Session | null | undefined;
	const unread = new Unread();
	readBeforeEnd(socket, unread, () => session);
	Object.defineProperty(socket, symbols.kHTTP2Session, {
		get: () => session,
		set: (created: ClientHttp2Session | null) => {
			session = created;
			if (!created) return;
			const open = new Set<ClientHttp2Stream>();
			sayWhatHasFailed(created, open);
			const request = created.request.bind(created);
			let isReused = false;
			created.request = (headers, options) => {
				if (created.destroyed) throw invalidSession();
				const stream = failWhenCutOff(request(headers, options), unread);
				open.add(stream);
				stream.once('close', () => open.delete(stream));
				if (isReused) stream.once('response', markAsReused);
				isReused = true;
				return stream;
			};
		},
	});
}

/**
 * Corrects the error with which a session ends.
 *
 * - Node.js gives the code of a GOAWAY to all streams. REFUSED_STREAM and HTTP_1_1_REQUIRED would then
 *   have requests repeated that the server has looked at (RFC 9113 section 6.8).
 * - undici fails every request that waits for a connection, unless an error is one of the socket.
 */
function sayWhatHasFailed(session: ClientHttp2Session, open: ReadonlySet<ClientHttp2Stream>): void {
	const destroy = session.destroy.bind(session);
	session.destroy = (error, code) => {
		if (!codeOf(error)?.startsWith('ERR_HTTP2_')) {
			destroy(error, code);
			return;
		}
		for (const stream of open) {
			if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
		}
		const ofSocket = new Error(error?.message, { cause: error });
		destroy(Object.assign(ofSocket, { code: 'UND_ERR_SOCKET' }), code);
	};
}

/** The streams of a connection whose last frame has come, and which have not been read to their end. */
class Unread {
	private readonly streams = new Set<ClientHttp2Stream>();
	private whenRead: (() => void) | undefined;

	add(stream: ClientHttp2Stream): void {
		this.streams.add(stream);
		stream.once('close', () => {
			this.streams.delete(stream);
			if (this.streams.size === 0) this.whenRead?.();
		});
	}

	/** Calls back in a later turn of the event loop, once all have been read. */
	wait(callback: () => void): void {
		const whenRead = () => void setImmediate(callback);
		if (this.streams.size === 0) whenRead();
		else this.whenRead = whenRead;
	}
}

/** Above the number of every stream (RFC 9113 section 5.1.1). */
const LAST_STREAM = 2 ** 31 - 1;

/**
 * undici destroys all streams at the end of the connection, which may come with the last bytes of their
 * responses. So the end is a GOAWAY to undici: new requests go to another connection. It learns of the
 * end itself when the complete responses have been read.
 */
function readBeforeEnd(
	socket: Socket,
	unread: Unread,
	session: () => ClientHttp2Session | null | undefined,
): void {
	const push = socket.push.bind(socket);
	socket.push = (chunk: unknown, encoding?: BufferEncoding) => {
		if (chunk !== null) return push(chunk, encoding);
		session()?.emit('goaway', constants.NGHTTP2_NO_ERROR, LAST_STREAM);
		unread.wait(() => {
			push(null);
			// The end is an event only when somebody reads up to it.
			socket.read(0);
		});
		return false;
	};
}

/**
 * A frame with END_STREAM ends the readable side of a stream, and then the stream is closed; a reset
 * closes the stream first (RFC 9113 sections 5.1 and 8.1).
 */
function failWhenCutOff(stream: ClientHttp2Stream, unread: Unread): ClientHttp2Stream {
	let isComplete = false;
	const close = stream.close.bind(stream);
	// Without a code, Node.js first sends the rest of an upload, and the window may never open for it.
	stream.close = (code = constants.NGHTTP2_CANCEL, callback) => close(code, callback);
	// A stream that undici has let go of has no other listener.
	stream.on('error', () => {});
	// Nobody reads trailers. undici listens for them from before the response.
	stream.once('response', () => stream.removeAllListeners('trailers'));
	const push = stream.push.bind(stream);
	stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
		if (chunk !== null || isComplete) return push(chunk, encoding);
		isComplete = !stream.closed;
		if (isComplete) {
			keepFromEndOfUpload(stream);
			unread.add(stream);
			return push(null);
		}
		// Node.js is not done with the stream yet. Where it has destroyed the stream, undici takes a
		// 'close' without an 'end' for an error.
		process.nextTick(() => stream.destroy(cutOff()));
		return false;
	};
	return stream;
}

/**
 * After a complete response the server may reset the stream of an upload with NO_ERROR (RFC 9113
 * section 8.1). Node.js then aborts the upload, and undici would drop what is not read of the response.
 */
function keepFromEndOfUpload(stream: ClientHttp2Stream): void {
	if (stream.writableEnded) return;
	stream.removeAllListeners('aborted');
	const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
	stream.write = (...args: unknown[]) => !stream.closed && write(...args);
}

/** With the code by which undici sends a request on another connection; Node.js 24 fails the stream. */
function invalidSession(): Error {
	const error = new Error('The session has been destroyed');
	return Object.assign(error, { code: 'ERR_HTTP2_INVALID_SESSION' });
}

function cutOff(): TransportFailure {
	return new TransportFailure(
		'connection reset',
		'The server ended the HTTP/2 stream before its response was complete',
	);
}
