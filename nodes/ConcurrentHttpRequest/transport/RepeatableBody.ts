import { Readable } from 'node:stream';

import { TransportFailure } from './TransportFailure';

/**
 * A body that is read while it is sent, so that it never is in memory as a whole. It can be sent
 * again, for a redirect that asks for it or for another attempt: each starts at its beginning.
 */
export interface RepeatableBody {
	/**
	 * Called once for each time that the body is sent, shortly before. The caller destroys the stream.
	 *
	 * @returns the length is in bytes; `undefined` sends the body in chunks (RFC 9112 section 7.1), which
	 * not every server takes
	 */
	open(): Promise<{ readonly length: number | undefined; readonly stream: Readable }>;
}

export function isRepeatable(body: unknown): body is RepeatableBody {
	return typeof body === 'object' && body !== null && 'open' in body;
}

/**
 * Opens a body. A failure of its source is told apart from one of the connection.
 *
 * @throws {TransportFailure} of kind `file not readable`
 */
export async function openBody(body: RepeatableBody): ReturnType<RepeatableBody['open']> {
	try {
		const { length, stream } = await body.open();
		// It may fail before it is read, while the request waits for a connection. Reading tells.
		stream.on('error', () => {});
		const guarded = Readable.from(guard(stream), { objectMode: false });
		// Nobody listens any more once the exchange has ended.
		guarded.on('error', () => {});
		guarded.once('close', () => stream.destroy());
		return { length, stream: guarded };
	} catch (error) {
		throw notReadable(error);
	}
}

async function* guard(stream: Readable): AsyncGenerator<Buffer> {
	try {
		for await (const chunk of stream) yield chunk as Buffer;
	} catch (error) {
		throw notReadable(error);
	}
}

function notReadable(error: unknown): TransportFailure {
	return new TransportFailure('file not readable', 'The file to send could not be read', error);
}
