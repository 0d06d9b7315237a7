import { Readable } from 'node:stream';

import { FileReceiver } from '../../../nodes/ConcurrentHttpRequest/response/FileReceiver.ts';
import type { ResponseOptions } from '../../../nodes/ConcurrentHttpRequest/response/responseOptions.ts';

const MEBIBYTE = 1024 * 1024;
const PIECE = Buffer.alloc(65_536, 'x');

/** What a receiver does with a response. */
async function receive(
	statusCode: number,
	bytes: number,
	{ neverError = false, isPage = false } = {},
) {
	let read = 0;
	const pieces = function* () {
		for (; read < bytes; read += PIECE.length) yield PIECE.subarray(0, bytes - read);
	};
	const body = Readable.from(pieces(), { objectMode: false, highWaterMark: PIECE.length });
	let ahead: number | undefined;
	let stored: number | undefined;
	const prepareBinaryData = async (content: Buffer | Readable) => {
		ahead = read;
		stored = 0;
		for await (const chunk of content as AsyncIterable<Buffer>) stored += chunk.length;
		return { data: 'id', mimeType: 'a/b' };
	};
	const options: ResponseOptions = {
		...{ format: 'file', fullResponse: false, neverError, outputPropertyName: 'data' },
	};
	const url = new URL('http://x.test/a');
	const head = { statusCode, statusMessage: '', headers: { 'content-type': 'a/b' }, url };
	const receiver = new FileReceiver(options, { prepareBinaryData }, isPage);
	expect(receiver.wants(head)).toBe(true);
	const received = await receiver.receive(head, body);
	return { inMemory: received.body.length, isStored: Boolean(received.stored), stored, ahead };
}

it('stores a file while it arrives', async () => {
	const { ahead, ...received } = await receive(200, 5 * MEBIBYTE);
	expect(received).toEqual({ inMemory: 0, isStored: true, stored: 5 * MEBIBYTE });
	expect(ahead).toBeLessThan(MEBIBYTE);
});

describe('an error', () => {
	it.each([10, 5 * MEBIBYTE])(
		'is not stored, and read to its first MiB: %i bytes',
		async (size) => {
			const inMemory = Math.min(size, MEBIBYTE);
			expect(await receive(500, size)).toMatchObject({ inMemory, isStored: false });
		},
	);

	describe.each([{ neverError: true }, { isPage: true }])('that may be a result: %j', (counts) => {
		it.each([0, 10, MEBIBYTE])(
			'is left to be stored once it is the last: %i bytes',
			async (size) => {
				expect(await receive(500, size, counts)).toMatchObject({
					...{ inMemory: size, isStored: false, stored: undefined },
				});
			},
		);

		it('is stored while it arrives if it is larger than errors are', async () => {
			const { ahead, ...received } = await receive(500, 20 * MEBIBYTE, counts);
			expect(received).toEqual({ inMemory: 0, isStored: true, stored: 20 * MEBIBYTE });
			expect(ahead).toBeLessThan(2 * MEBIBYTE);
		});
	});
});
