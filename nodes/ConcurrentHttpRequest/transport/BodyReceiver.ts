import type { Readable } from 'node:stream';

import type { HttpResponse, ResponseHead } from './HttpResponse';

/**
 * Takes bodies while they arrive, so that they never are in memory as a whole. It is not offered a
 * redirect that is followed. A request that is sent again offers the next response's body anew.
 *
 * @typeParam T what becomes of a body
 */
export interface BodyReceiver<T> {
	/** Whether what it makes of a body is in memory all the same, so that the bound for that holds. */
	readonly keepsInMemory?: boolean;
	/** Called when the headers are there: whether to take the body, or to have it collected. */
	wants(head: ResponseHead): boolean;
	/**
	 * Reads the body, already decompressed. Bytes are fetched no faster than it reads. The
	 * exchange has ended once it resolves: what was not read is thrown away with the connection.
	 * It must settle soon after the stream fails, since the exchange waits for it to undo what it
	 * has begun, and may reject for reasons of its own.
	 *
	 * @param head without Content-Encoding, where that was undone
	 */
	receive(head: ResponseHead, body: Readable): Promise<ReceivedBody<T>>;
}

/** What is left of a body in memory, or what became of it. */
export type ReceivedBody<T> = Pick<HttpResponse<T>, 'body' | 'stored'>;
