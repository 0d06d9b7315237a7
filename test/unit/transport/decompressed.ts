import { Readable } from 'node:stream';
import { decompress } from '../../../nodes/ConcurrentHttpRequest/transport/decompress.ts';

/** What comes out of a body that arrives in these pieces. */
export async function decompressed(
	pieces: Buffer | Buffer[],
	contentEncoding: string,
	options?: Parameters<typeof decompress>[2],
): Promise<{ body: Buffer; complete: boolean }> {
	const source = Readable.from(
		[pieces].flat().filter((piece) => piece.length > 0),
		{ objectMode: false },
	);
	const { body, complete } = decompress(source, contentEncoding, options);
	return { body: Buffer.concat(await body.toArray()), complete };
}
