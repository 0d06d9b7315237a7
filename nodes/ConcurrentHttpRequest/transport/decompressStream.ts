import { pipeline, Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';

import { codingsOf, isZlib, TOLERANT, undecodable } from './decompress';
import { TransportFailure } from './TransportFailure';

type Chunks = AsyncIterable<Buffer>;

/** Makes the decoder once the first bytes have arrived. */
const DECODERS = new Map(
	Object.entries<(first: Buffer) => Transform>({
		gzip: () => zlib.createGunzip(TOLERANT),
		'x-gzip': () => zlib.createGunzip(TOLERANT),
		deflate: (first) =>
			isZlib(first) ? zlib.createInflate(TOLERANT) : zlib.createInflateRaw(TOLERANT),
		br: () => zlib.createBrotliDecompress(),
		zstd: () => zlib.createZstdDecompress(),
	}),
);

/**
 * Undoes the content codings of a body while it arrives: `decompress` for streams. The result
 * fails with a {@link TransportFailure} when the body is not what its header says.
 *
 * @returns the decoded stream, and whether every coding is undone in it
 */
export function decompressStream(
	body: Readable,
	contentEncoding: string,
): { body: Readable; complete: boolean } {
	let decoded = body;
	for (const coding of codingsOf(contentEncoding).reverse()) {
		const makeDecoder = DECODERS.get(coding);
		if (!makeDecoder) return { body: decoded, complete: false };
		decoded = Readable.from(decode(decoded, coding, makeDecoder), { objectMode: false });
	}
	return { body: decoded, complete: true };
}

async function* decode(
	body: Readable,
	coding: string,
	makeDecoder: (first: Buffer) => Transform,
): AsyncGenerator<Buffer> {
	const chunks = (body as Chunks)[Symbol.asyncIterator]();
	const first = await chunks.next();
	// An answer without a body may name a coding all the same.
	if (first.done) return;
	const decoder = makeDecoder(first.value);
	// Each end hears of the other's failure. What went wrong is thrown below.
	pipeline(Readable.from(again(first.value, chunks)), decoder, () => {});
	try {
		yield* decoder as Chunks;
	} catch (error) {
		throw error instanceof TransportFailure ? error : undecodable(coding, error);
	}
}

async function* again(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
	yield first;
	yield* { [Symbol.asyncIterator]: () => rest };
}
