import { createServer, type AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import type { Dispatcher } from 'undici';

import { Exchange } from '../../../nodes/ConcurrentHttpRequest/transport/Exchange.ts';
import { LARGEST_BODY } from '../../../nodes/ConcurrentHttpRequest/transport/bodySizeLimits.ts';
import { ResponseMemory } from '../../../nodes/ConcurrentHttpRequest/transport/ResponseMemory.ts';
import { decompressed } from './decompressed.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport } from './transports.ts';

afterEach(closeTransports);

it('is the longest text that there can be', () => {
	expect(() => Buffer.alloc(LARGEST_BODY + 1, 'x').toString('latin1')).toThrow(/longer than/);
});

describe('a body that is no file', () => {
	/** Stands for a connection on which the same megabytes come again and again. */
	function receive(bytes: number, status = 200) {
		const piece = Buffer.alloc(status === 200 ? 16 * 1024 * 1024 : 64 * 1024);
		let aborted: unknown;
		const controller = { abort: (reason: unknown) => (aborted = reason), rawHeaders: [] };
		const dispatch = (_options: unknown, handler: Dispatcher.DispatchHandler): void => {
			const given = controller as unknown as Dispatcher.DispatchController;
			handler.onRequestStart?.(given, undefined);
			handler.onResponseStart?.(given, status, {}, 'Any');
			let left = bytes;
			while (left > 0 && aborted === undefined) {
				handler.onResponseData?.(given, piece.subarray(0, left));
				left -= piece.length;
			}
			if (aborted === undefined) handler.onResponseEnd?.(given, {});
		};
		const request = requestTo('http://a.test/', { maxResponseSize: LARGEST_BODY });
		const clock = { pause: () => {}, resume: () => {} };
		const exchange = new Exchange(request, undefined, {}, new ResponseMemory(), clock);
		exchange.start({ dispatch } as unknown as Dispatcher);
		return exchange.response.then(
			({ pieces = [] }) => pieces.reduce((sum, { length }) => sum + length, 0),
			(error: unknown) => ({ error, aborted }),
		);
	}

	it('may be as large as that', async () => {
		expect(await receive(LARGEST_BODY)).toBe(LARGEST_BODY);
	});

	it('is cut to 1 MB where it is larger and belongs to an error', async () => {
		expect(await receive(LARGEST_BODY + 1, 503)).toBe(1024 * 1024);
	});

	it('ends the request where it is larger', async () => {
		const failure = expect.objectContaining({ kind: 'response too large' }) as unknown;
		expect(await receive(LARGEST_BODY + 1)).toEqual({ error: failure, aborted: failure });
	});
});

it.each([
	['gzip', zlib.gzipSync],
	['deflate', zlib.deflateSync],
	['deflate', zlib.deflateRawSync],
	['br', zlib.brotliCompressSync],
	['zstd', zlib.zstdCompressSync],
])('bounds what a small response may swell to: %s', async (coding, compress) => {
	const small = compress(Buffer.alloc(1_000_000));
	expect(small.length).toBeLessThan(10_000);
	expect((await decompressed(small, coding, { most: 1_000_000 })).body).toHaveLength(1_000_000);
	await expect(decompressed(small, coding, { most: 999_999 })).rejects.toMatchObject({
		kind: 'response too large',
	});
	// Compressed twice it is smaller still, and swells on the way.
	const twice = zlib.gzipSync(small);
	await expect(decompressed(twice, `${coding}, gzip`, { most: 999_999 })).rejects.toMatchObject({
		kind: 'response too large',
	});
});

describe('what an HTTP server would not send', () => {
	it.each([
		['a status below 100', 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n', /not HTTP$/],
		[
			'headers without end',
			`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
			/headers of the response have more than the 16 KiB .*--max-http-header-size/,
		],
	])('%s', async (_what, reply, message) => {
		const server = createServer((socket) => {
			socket.on('error', () => {});
			socket.once('data', () => socket.end(reply));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		await expect(newTransport().send(requestTo(`http://127.0.0.1:${port}/`))).rejects.toMatchObject(
			{
				kind: 'unreadable response',
				message: expect.stringMatching(message) as unknown,
			},
		);
		await new Promise((resolve) => server.close(resolve));
	});
});
