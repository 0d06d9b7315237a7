import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import symbols from 'undici/lib/core/symbols.js';

import { markAsReused } from './ExchangeFacts';
import { TransportFailure } from './TransportFailure';

/**
 * Corrects how Node.js reports HTTP/2 responses that are cut off: a stream that the server resets
 * with NO_ERROR or CANCEL ends like a complete one (https://github.com/nodejs/node/issues/63249).
 *
 * @param socket connected, and not yet in use by undici, which leaves its session on the socket and
 * opens the first stream at once
 */
export function guardHttp2(socket: Socket): void {
	let session: ClientHttp2Session | null | undefined;
	Object.defineProperty(socket, symbols.kHTTP2Session, {
		get: () => session,
		set: (created: ClientHttp2Session | null) => {
			session = created;
			if (!created) return;
			const request = created.request.bind(created);
			let isReused = false;
			created.request = (headers, options) => {
				const stream = failWhenCutOff(request(headers, options));
				if (isReused) stream.once('response', markAsReused);
				isReused = true;
				return stream;
			};
		},
	});
}

/**
 * A frame with END_STREAM ends the readable side of a stream, and then the stream is closed; a reset
 * closes the stream first (RFC 9113 sections 5.1 and 8.1).
 */
function failWhenCutOff(stream: ClientHttp2Stream): ClientHttp2Stream {
	let isComplete = false;
	// A stream that undici has let go of has no other listener.
	stream.on('error', () => {});
	const push = stream.push.bind(stream);
	stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
		if (chunk !== null || isComplete) return push(chunk, encoding);
		isComplete = !stream.closed;
		if (isComplete) {
			keepFromEndOfUpload(stream);
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

function cutOff(): TransportFailure {
	return new TransportFailure(
		'connection reset',
		'The server ended the HTTP/2 stream before its response was complete',
	);
}
