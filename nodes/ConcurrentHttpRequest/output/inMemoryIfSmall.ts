import { Readable } from 'node:stream';

/**
 * Reads a body to its end, if that comes soon.
 *
 * @param most bytes
 * @returns the whole body, where it has no more than that, else a stream of it from its beginning
 */
export async function inMemoryIfSmall(body: Readable, most: number): Promise<Buffer | Readable> {
	const begun: Buffer[] = [];
	let size = 0;
	const rest = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
	while (size <= most) {
		const next = await rest.next();
		if (next.done) return Buffer.concat(begun);
		begun.push(next.value);
		size += next.value.length;
	}
	return Readable.from(continued(begun, rest), { objectMode: false });
}

async function* continued(begun: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
	yield* begun;
	yield* { [Symbol.asyncIterator]: () => rest };
}
