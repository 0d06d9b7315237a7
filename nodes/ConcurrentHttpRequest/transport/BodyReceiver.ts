import type { Readable } from 'node:stream';

import type { HttpResponse, ResponseHead } from './HttpResponse';

/**
 * Takes bodies while they arrive, so that they never are in memory as a whole. A redirect that is
 * followed is not offered. A request that is sent again hands the next answer's body over anew.
 *
 * @typeParam T what becomes of a body
 */
export interface BodyReceiver<T> {
	/** What it makes of a body is in memory all the same, so that the bound for that holds. */
	readonly keepsInMemory?: boolean;
	/** Asked when the headers are there: whether to take the body, or to have it collected. */
	wants(head: ResponseHead): boolean;
	/**
	 * Reads the body, already decompressed; no faster than it reads, bytes are fetched. The
	 * exchange has ended once it resolves: what was not read is thrown away with the connection.
	 * It must settle soon after the stream fails, since the exchange waits for it to undo what it
	 * has begun, and may reject for reasons of its own.
	 *
	 * @param head without Content-Encoding, where that was undone
	 */
	receive(head: ResponseHead, body: Readable): Promise<ReceivedBody<T>>;
}

/** A body's remains in memory, or what became of it. */
export type ReceivedBody<T> = Pick<HttpResponse<T>, 'body' | 'stored'>;
