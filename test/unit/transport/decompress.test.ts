import fc from 'fast-check';
import zlib from 'node:zlib';

import { ACCEPT_ENCODING } from '../../../nodes/ConcurrentHttpRequest/transport/decompress.ts';
import { decompressed } from './decompressed.ts';

const COMPRESS: Record<string, (body: Buffer) => Buffer> = {
	gzip: (body) => zlib.gzipSync(body),
	'x-gzip': (body) => zlib.gzipSync(body),
	deflate: (body) => zlib.deflateSync(body),
	br: (body) => zlib.brotliCompressSync(body),
	zstd: (body) => zlib.zstdCompressSync(body),
	identity: (body) => body,
};

const codings = Object.keys(COMPRESS);
const contents = fc.uint8Array({ maxLength: 300, size: 'max' }).map((bytes) => Buffer.from(bytes));
const large = Buffer.from('one line of many\n'.repeat(20_000));

it.each(codings)('undoes %s', async (coding) => {
	await fc.assert(
		fc.asyncProperty(contents, async (content) => {
			const { body, complete } = await decompressed(COMPRESS[coding]!(content), coding);
			expect(body.equals(content)).toBe(true);
			expect(complete).toBe(true);
		}),
	);
	const { body } = await decompressed(COMPRESS[coding]!(large), coding.toUpperCase());
	expect(body.equals(large)).toBe(true);
});

/** Splits at these places, in any order. */
function split(body: Buffer, places: readonly number[]): Buffer[] {
	const ends = [...places.map((place) => place % body.length), body.length].sort((a, b) => a - b);
	return ends.map((end, index) => body.subarray(ends[index - 1] ?? 0, end));
}

// RFC 1952 section 2.2 (members), RFC 8878 section 3.1 (frames).
it.each(['gzip', 'zstd'])(
	'undoes several streams of %s in a row, however split',
	async (coding) => {
		const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7]);
		await fc.assert(
			fc.asyncProperty(
				fc.array(contents, { minLength: 2, maxLength: 4 }),
				fc.array(fc.nat(), { maxLength: 9 }),
				async (streams, places) => {
					const compressed = streams.map((content) => COMPRESS[coding]!(content));
					if (coding === 'zstd') compressed.splice(1, 0, skippable);
					const { body } = await decompressed(split(Buffer.concat(compressed), places), coding);
					expect(body.equals(Buffer.concat(streams))).toBe(true);
				},
			),
			{ numRuns: 300 },
		);
		const two = Buffer.concat([COMPRESS[coding]!(large), COMPRESS[coding]!(large)]);
		expect((await decompressed(two, coding)).body.equals(Buffer.concat([large, large]))).toBe(true);
	},
);

it('undoes several codings, the last applied first', async () => {
	await fc.assert(
		fc.asyncProperty(
			contents,
			fc.array(fc.constantFrom(...codings), { minLength: 2, maxLength: 4 }),
			fc.constantFrom(',', ', ', ' ,\t', ',,'),
			async (content, applied, separator) => {
				const compressed = applied.reduce<Buffer>(
					(body, coding) => COMPRESS[coding]!(body),
					content,
				);
				const { body } = await decompressed(compressed, applied.join(separator));
				expect(body.equals(content)).toBe(true);
			},
		),
	);
});

it('asks for all that it can undo', () => {
	expect(ACCEPT_ENCODING.split(', ')).toEqual(
		codings.filter((coding) => coding !== 'identity' && coding !== 'x-gzip'),
	);
});

it('undoes deflate without its zlib header, at every level', async () => {
	await fc.assert(
		fc.asyncProperty(contents, fc.integer({ min: 0, max: 9 }), async (content, level) => {
			const { body } = await decompressed(zlib.deflateRawSync(content, { level }), 'deflate');
			expect(body.equals(content)).toBe(true);
		}),
		{ numRuns: 300 },
	);
	for (let level = 0; level <= 9; level++) {
		for (const compressed of [
			zlib.deflateRawSync(large, { level }),
			zlib.deflateSync(large, { level }),
		]) {
			const { body } = await decompressed(compressed, 'deflate');
			expect(body.equals(large)).toBe(true);
		}
	}
});

describe('an end that is missing', () => {
	it.each([
		['gzip', zlib.gzipSync(large), 8],
		['gzip', zlib.gzipSync(large), 1],
		['deflate', zlib.deflateSync(large), 4],
	])('of %s loses nothing where only the check sum is (%#)', async (coding, full, missing) => {
		const { body } = await decompressed(full.subarray(0, -missing), coding);
		expect(body.equals(large)).toBe(true);
	});

	it.each(['gzip', 'deflate'])('of %s gives what is there', async (coding) => {
		const varied = Buffer.from(Array.from({ length: 5000 }, (_, index) => `${index}`).join());
		const full = COMPRESS[coding]!(varied);
		for (const part of [0.3, 0.5, 0.9]) {
			const { body } = await decompressed(full.subarray(0, Math.floor(full.length * part)), coding);
			expect(body.length).toBeGreaterThan(0);
			expect(varied.subarray(0, body.length).equals(body)).toBe(true);
		}
	});
});

describe('what is not compressed as it says', () => {
	it.each(codings.filter((coding) => coding !== 'identity'))('is an error: %s', async (coding) => {
		await expect(decompressed(Buffer.from('<html>no</html>'), coding)).rejects.toMatchObject({
			kind: 'unreadable response',
			message: expect.stringContaining(`compressed with ${coding}`) as string,
		});
	});

	it('is an error after a frame of zstd, too', async () => {
		const frame = zlib.zstdCompressSync(large);
		for (const rest of [frame.subarray(0, 3), frame.subarray(0, -1), Buffer.from('garbage')]) {
			for (const pieces of [Buffer.concat([frame, rest]), [frame, rest]]) {
				await expect(decompressed(pieces, 'zstd')).rejects.toMatchObject({
					kind: 'unreadable response',
				});
			}
		}
	});

	// A member of gzip may follow another one (RFC 1952 section 2.2). curl, undici and axios fail as well.
	it.each(['\r\n', 'garbage', '\x1f\x8bgarbage'])(
		'is an error after a stream of gzip, too: %j',
		async (text) => {
			const [stream, rest] = [zlib.gzipSync(large), Buffer.from(text, 'latin1')];
			for (const pieces of [Buffer.concat([stream, rest]), [stream, rest]]) {
				await expect(decompressed(pieces, 'gzip')).rejects.toMatchObject({
					kind: 'unreadable response',
				});
			}
		},
	);

	it('is never anything but an error or a text', async () => {
		await fc.assert(
			fc.asyncProperty(contents, fc.constantFrom(...codings), async (content, coding) => {
				const result = await decompressed(content, coding).catch((error: unknown) => error);
				if (result instanceof Error) expect(result).toMatchObject({ kind: 'unreadable response' });
				else expect(result).toMatchObject({ complete: true, body: expect.any(Buffer) as Buffer });
			}),
		);
	});
});

describe('a coding that is not known', () => {
	it.each(['compress', 'aws-chunked', 'constructor', 'valueof', '__proto__'])(
		'leaves the body as it is: %s',
		async (coding) => {
			const content = Buffer.from('content');
			expect(await decompressed(content, coding)).toEqual({ body: content, complete: false });
		},
	);

	it('is reached after those above it were undone', async () => {
		const content = Buffer.from('content');
		expect(await decompressed(zlib.gzipSync(content), 'unknown, gzip')).toEqual({
			body: content,
			complete: false,
		});
	});
});

it.each(['', ' ', ',', 'identity'])('has nothing to do for %j', async (coding) => {
	const content = Buffer.from('content');
	expect(await decompressed(content, coding)).toEqual({ body: content, complete: true });
});

describe('how often a body may be compressed', () => {
	const content = Buffer.from('content');
	const times = (count: number) => ({
		body: Array.from({ length: count }).reduce<Buffer>((body) => zlib.gzipSync(body), content),
		coding: Array(count).fill('gzip').join(', '),
	});

	it('is five times', async () => {
		const { body, coding } = times(5);
		expect((await decompressed(body, coding)).body).toEqual(content);
	});

	it.each([6, 3000])('is not %d times', async (count) => {
		await expect(decompressed(content, Array(count).fill('gzip').join(', '))).rejects.toMatchObject(
			{
				kind: 'unreadable response',
				message: `The response says that it is compressed ${count} times; at most 5 times can be undone`,
			},
		);
	});
});

it.each([
	['deflate', 'garbage'],
	['br', 'garbage'],
	['gzip', '\0garbage'],
])('ignores what follows a stream of %s: %j', async (coding, rest) => {
	const [stream, garbage] = [COMPRESS[coding]!(large), Buffer.from(rest)];
	for (const pieces of [[Buffer.concat([stream, garbage])], [stream, garbage]]) {
		const { body } = await decompressed([...pieces, Buffer.from('more')], coding);
		expect(body.equals(large)).toBe(true);
	}
});
