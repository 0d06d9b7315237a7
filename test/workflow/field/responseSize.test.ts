/** Responses that would take all memory of n8n. Source: CWE-770. */
import { gzipSync } from 'node:zlib';
import type { INodeParameters } from 'n8n-workflow';
import { RawServer } from '../../support/RawServer.ts';
import { BinaryStore } from '../../support/workflow/BinaryStore.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

const MB = 1024 * 1024;

let server: RawServer;

afterEach(async () => {
	await server.close();
});

/** Whole chunks of 64 KB. */
async function serve(bytes: number, framing: 'length' | 'chunked' | 'close', status = '200 OK') {
	const piece = Buffer.alloc(64 * 1024, ' ');
	server = await RawServer.start(({ socket }) => {
		socket.write(`HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\n`);
		if (framing === 'length') socket.write(`Content-Length: ${bytes}\r\n`);
		socket.write(framing === 'chunked' ? 'Transfer-Encoding: chunked\r\n\r\n' : '\r\n');
		for (let sent = 0; sent < bytes; sent += piece.length) {
			if (framing === 'chunked') socket.write('10000\r\n');
			socket.write(piece);
			if (framing === 'chunked') socket.write('\r\n');
		}
		if (framing === 'chunked') socket.write('0\r\n\r\n');
		if (framing === 'close') socket.end();
	});
}

const send = async (responseFormat: string, options: INodeParameters = {}) =>
	await sendItems({
		url: server.origin,
		options: { response: { response: { responseFormat } }, ...options },
	});

describe.each(['length', 'chunked', 'close'] as const)('a body that ends by %s', (framing) => {
	it('may be as large as the limit', async () => {
		await serve(2 * MB, framing);
		const { items, error } = await send('text', { maxResponseSize: 2 });
		expect(error).toBeUndefined();
		expect(items[0]?.json.data).toHaveLength(2 * MB);
	});

	it.each(['text', 'json'])('fails where it is larger, as %s', async (format) => {
		await serve(2 * MB + 64 * 1024, framing);
		const { error } = await send(format, { maxResponseSize: 2 });
		expect(error?.message).toMatch(/has more than the 2 MB that Max Response Size allows/);
		expect(error?.description).toMatch(
			/Raise Options > Max Response Size \(MB\), .*Response Format to File/,
		);
	});

	it('may have any size as a file', async () => {
		const store = await BinaryStore.open();
		try {
			await serve(2 * MB, framing);
			const { items, error } = await send('file', { maxResponseSize: 0.5 });
			expect(error).toBeUndefined();
			expect(await store.read(items[0]!.binary!.data!)).toHaveLength(2 * MB);
		} finally {
			await store.close();
		}
	});
});

it('may have 64 MB without the option', async () => {
	await serve(64 * MB + 64 * 1024, 'length');
	const { error } = await send('text');
	expect(error?.message).toMatch(/has more than the 64 MB/);
});

it.each(['500 Oops', '404 Not Found'])('bounds the body of an error: %s', async (status) => {
	await serve(2 * MB, 'chunked', status);
	const { error } = await send('text', { maxResponseSize: 1 });
	expect(error?.message).toContain(` failed: ${status}. The response has more than the 1 MB`);
});

describe('an error response that is larger than the limit', () => {
	it('keeps its status, its headers and the beginning of its body', async () => {
		await serve(2 * MB, 'length', '422 Unprocessable Entity');
		const { items } = await sendItems(
			{ url: server.origin, options: { maxResponseSize: 1 } },
			{ onError: 'continueRegularOutput' },
		);
		expect(items[0]?.json).toMatchObject({
			error: {
				message: expect.stringContaining('422 Unprocessable Entity') as string,
				status: 422,
			},
			details: {
				bodyCut: expect.stringContaining('more than the 1 MB') as string,
			},
		});
	});

	it.each(['', 'gzip'])('is retried by its status (%j)', async (coding) => {
		const body = Buffer.alloc(2 * MB, ' ');
		const sent = coding === '' ? body : gzipSync(body);
		server = await RawServer.start(({ socket }) => {
			if (server.requests.length > 1) {
				socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
				return;
			}
			socket.write('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n');
			if (coding !== '') socket.write(`Content-Encoding: ${coding}\r\n`);
			socket.write(`Content-Length: ${sent.length}\r\n\r\n`);
			socket.write(sent);
		});
		const { items, error } = await send('text', { maxResponseSize: 1 });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toEqual({ data: 'ok' });
	});

	const everyStatus = { response: { response: { neverError: true, responseFormat: 'text' } } };
	const pages = {
		pagination: {
			pagination: {
				paginationMode: 'responseContainsNextURL',
				nextURL: '={{ $response.body.next }}',
			},
		},
	};

	it.each<[string, INodeParameters]>([
		['an item', everyStatus],
		['a page', { ...everyStatus, ...pages }],
	])('is never taken for the result of %s', async (_, options) => {
		await serve(2 * MB, 'length', '404 Not Found');
		const { items, error } = await sendItems({
			url: server.origin,
			options: { ...options, maxResponseSize: 1 },
		});
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/has more than the 1 MB/);
		expect(error?.description).toMatch(/Raise Options > Max Response Size/);
	});

	it('fails the page', async () => {
		await serve(2 * MB, 'length', '404 Not Found');
		const { error } = await sendItems({
			url: server.origin,
			options: { ...pages, maxResponseSize: 1 },
		});
		expect(error?.message).toMatch(/failed: 404 Not Found. The response has more than the 1 MB/);
	});
});

it('does not repeat a request whose response is too large', async () => {
	await serve(2 * MB, 'length');
	const { error } = await send('text', { maxResponseSize: 1, retry: { retry: {} } });
	expect(error?.message).toMatch(/has more than the 1 MB/);
	expect(server.requests).toHaveLength(1);
});

describe('a file where n8n keeps files in memory', () => {
	const env = { N8N_DEFAULT_BINARY_DATA_MODE: 'default' };
	const download = async () =>
		await sendItems(
			{
				url: server.origin,
				options: { response: { response: { responseFormat: 'file' } }, maxResponseSize: 1 },
			},
			{ env },
		);

	it('is bounded like a text', async () => {
		await serve(2 * MB, 'chunked');
		const { error } = await download();
		expect(error?.message).toMatch(/has more than the 1 MB/);
		expect(error?.description).toMatch(/N8N_DEFAULT_BINARY_DATA_MODE/);
	});

	it('is bounded where it swells', async () => {
		const body = gzipSync(Buffer.alloc(2 * MB));
		server = await RawServer.start(({ socket }) => {
			socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n');
			socket.write(`Content-Length: ${body.length}\r\n\r\n`);
			socket.write(body);
		});
		expect((await download()).error?.message).toMatch(/has more than the 1 MB/);
	});

	it('may have any size up to that', async () => {
		await serve(MB, 'length');
		expect((await download()).items[0]?.binary?.data?.bytes).toBe(MB);
	});
});

it('has headers of 16 KB at most', async () => {
	const serveHeader = async (bytes: number) => {
		server = await RawServer.start(({ socket }) => {
			socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(bytes)}\r\ncontent-length: 2\r\n\r\n{}`);
		});
		return await send('json');
	};
	expect((await serveHeader(15_000)).items).toHaveLength(1);
	await server.close();
	expect((await serveHeader(17_000)).error?.message).toContain('failed: ');
});
