import { pipeline, Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';

import { codingsOf, endOfZlib, isZlib, undecodable } from './decompress';
import { TransportFailure } from './TransportFailure';

type Chunks = AsyncIterable<Buffer>;

/** Makes the decoder once the first bytes have arrived. */
const DECODERS = new Map(
	Object.entries<(first: Buffer, end: { finishFlush: number }) => Transform>({
		gzip: (_first, end) => zlib.createGunzip(end),
		'x-gzip': (_first, end) => zlib.createGunzip(end),
		deflate: (first, end) => (isZlib(first) ? zlib.createInflate(end) : zlib.createInflateRaw(end)),
		br: () => zlib.createBrotliDecompress(),
		zstd: () => zlib.createZstdDecompress(),
	}),
);

/**
 * Undoes the content codings of a body while it arrives: `decompress` for streams. The result
 * fails with a {@link TransportFailure} when the body is not what its header says.
 *
 * @param isFramed whether HTTP itself says that the body is complete (`isFramed` of `framing.ts`)
 * @returns the decoded stream, and whether every coding is undone in it
 */
export function decompressStream(
	body: Readable,
	contentEncoding: string,
	isFramed = true,
): { body: Readable; complete: boolean } {
	let decoded = body;
	for (const coding of codingsOf(contentEncoding).reverse()) {
		const makeDecoder = DECODERS.get(coding);
		if (!makeDecoder) return { body: decoded, complete: false };
		decoded = Readable.from(decode(decoded, coding, makeDecoder, isFramed), { objectMode: false });
	}
	return { body: decoded, complete: true };
}

async function* decode(
	body: Readable,
	coding: string,
	makeDecoder: (first: Buffer, end: { finishFlush: number }) => Transform,
	isFramed: boolean,
): AsyncGenerator<Buffer> {
	const chunks = (body as Chunks)[Symbol.asyncIterator]();
	const first = await chunks.next();
	// An answer without a body may name a coding all the same.
	if (first.done) return;
	const decoder = makeDecoder(first.value, endOfZlib(isFramed));
	// Each end hears of the other's failure. What went wrong is thrown below.
	pipeline(Readable.from(again(first.value, chunks)), decoder, () => {});
	try {
		yield* decoder as Chunks;
	} catch (error) {
		throw error instanceof TransportFailure ? error : undecodable(coding, error, isFramed);
	}
}

async function* again(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
	yield first;
	yield* { [Symbol.asyncIterator]: () => rest };
}
