import { createHash } from 'node:crypto';

/** Bytes of a piece. */
const PIECE = 64 * 1024;

/** The content of a file: pieces that differ from each other, and from those of other files. */
export function* contentOf(id: number, bytes: number): Generator<Buffer> {
	for (let start = 0; start < bytes; start += PIECE) {
		const piece = Buffer.alloc(Math.min(PIECE, bytes - start), id % 251);
		piece.writeDoubleLE(start, 0);
		yield piece;
	}
}

export async function sha256(content: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
	const hash = createHash('sha256');
	for await (const piece of content) hash.update(piece);
	return hash.digest('hex');
}
