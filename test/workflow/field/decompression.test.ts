/**
 * Compressed responses that cost more than they say. Sources: CWE-409 (decompression bombs), RFC 9110
 * section 8.4 (Content-Encoding is a list), RFC 1952 section 2.2 (gzip is a series of members).
 */
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { INodeParameters } from 'n8n-workflow';
import { RawServer } from '../../support/RawServer.ts';
import { BinaryStore } from '../../support/workflow/BinaryStore.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { type SendOptions, sendItems } from '../../support/workflow/sendItems.ts';

let server: RawServer;
/** Every decoder that has had to do. */
let decoders: Set<Transform>;
let onDecoder: () => void;

beforeEach(() => {
	decoders = new Set();
	onDecoder = () => {};
	const prototype = Object.getPrototypeOf(zlib.createGunzip()) as Transform;
	const transform = prototype._transform;
	jest.spyOn(prototype, '_transform').mockImplementation(function (this: Transform, ...call) {
		if (!decoders.has(this)) {
			decoders.add(this);
			onDecoder();
		}
		transform.apply(this, call);
	});
});

afterEach(async () => {
	jest.restoreAllMocks();
	await server.close();
});

const gzip = (content: Buffer | string, times = 1): Buffer =>
	Array.from({ length: times }).reduce<Buffer>((body) => zlib.gzipSync(body), Buffer.from(content));

const repeated = (part: Buffer, times: number) => Buffer.concat(Array<Buffer>(times).fill(part));

const MB = 1024 * 1024;

/** Members of gzip that are empty, three levels deep: 60 GB to decompress, and nothing comes out. */
const nothingForLong = () => {
	const empty = repeated(gzip(''), 50_000);
	return repeated(gzip(repeated(gzip(empty), 300)), 200);
};

async function serve(status: string, headers: string, body: Buffer, type = 'text/plain') {
	server = await RawServer.start(({ socket }) => {
		socket.write(`HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\n${headers}\r\n`);
		socket.write(`Content-Length: ${body.length}\r\n\r\n`);
		socket.write(body);
	});
}

const send = async (
	responseFormat: string,
	options: INodeParameters = {},
	sendOptions: SendOptions = {},
) =>
	await sendItems(
		{ url: server.origin, options: { response: { response: { responseFormat } }, ...options } },
		sendOptions,
	);

const encoded = (times: number) => `Content-Encoding: ${Array(times).fill('gzip').join(', ')}`;

describe.each(['text', 'json', 'file'])('a response as %s', (format) => {
	it.each([6, 1_500])('is not decompressed %d times', async (times) => {
		await serve('200 OK', encoded(times), gzip('"x"'));
		const { error } = await send(format);
		expect(error?.message).toMatch(/compressed \d+ times; at most 5 times can be undone/);
		expect(decoders.size).toBe(0);
	});

	it('is decompressed five times', async () => {
		await serve('200 OK', encoded(5), gzip('{"a":1}', 5));
		const { items, error } = await send(format);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
	});

	it('that is not compressed says so', async () => {
		await serve('200 OK', encoded(1), Buffer.from('{"a":1}'));
		const { error } = await send(format);
		expect(error?.message).toMatch(/compressed with gzip, but it could not be decompressed$/);
	});
});

it('says of a file in n8n’s store on disk that it could not be decompressed', async () => {
	const store = await BinaryStore.open();
	try {
		const wire = gzip(Buffer.alloc(MB));
		// The check sum, which comes when most of the file has been stored.
		wire[wire.length - 8]! ^= 1;
		await serve('200 OK', encoded(1), wire);
		const { error } = await send('file');
		expect(error?.message).toMatch(/compressed with gzip, but it could not be decompressed$/);
	} finally {
		await store.close();
	}
});

describe('a response that swells', () => {
	const bomb = (levels: number) => gzip(Buffer.alloc(3 * MB), levels);

	it.each([
		['200 OK', 'text', 1],
		['200 OK', 'json', 1],
		['200 OK', 'text', 5],
		['500 Oops', 'text', 2],
		['500 Oops', 'autodetect', 1],
		['404 Not Found', 'json', 3],
	])('ends at the limit: %s as %s, %d times', async (status, format, levels) => {
		await serve(status, encoded(levels), bomb(levels));
		const { error } = await send(format, { maxResponseSize: 1 });
		expect(error?.message).toMatch(/more than the 1 MB that Max Response Size allows$/);
		expect([...decoders].every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('ends at the limit as the error of a file, too', async () => {
		await serve('500 Oops', encoded(1), bomb(1), 'image/png');
		const { error } = await send('file', { maxResponseSize: 1 });
		expect(error).toMatchObject({ httpCode: '500' });
	});

	it('ends at the limit where it swells on the way, and nothing comes out', async () => {
		await serve('200 OK', encoded(4), gzip(nothingForLong()));
		const { error } = await send('text');
		expect(error?.message).toMatch(/more than the 64 MB/);
	});

	it('ends the pages', async () => {
		await serve('200 OK', encoded(1), bomb(1));
		const { error } = await send('text', {
			maxResponseSize: 1,
			pagination: {
				pagination: {
					paginationMode: 'updateAParameterInEachRequest',
					parameters: { parameters: [{ type: 'qs', name: 'p', value: '={{ $pageCount }}' }] },
				},
			},
		});
		expect(error?.message).toMatch(/more than the 1 MB/);
		expect(server.requests).toHaveLength(1);
	});
});

describe('the end of a request ends what decompresses its response', () => {
	it('by the timeout', async () => {
		await serve('200 OK', encoded(3), nothingForLong());
		const { error } = await send('file', { timeout: 1_000 });
		expect(error?.message).toMatch(/within 1000 ms/);
		expect(decoders.size).toBe(3);
		expect([...decoders].every(({ destroyed }) => destroyed)).toBe(true);
	});

	it.each(['file', 'text'])('by Stop, as %s', async (format) => {
		await serve('200 OK', encoded(3), nothingForLong());
		const stop = new AbortController();
		onDecoder = () => {
			if (decoders.size === 3) stop.abort();
		};
		const { error } = await send(format, { maxResponseSize: 512 }, { signal: stop.signal });
		expect(error?.message).not.toMatch(/MB/);
		expect(decoders.size).toBe(3);
		expect([...decoders].every(({ destroyed }) => destroyed)).toBe(true);
	});
});

describe('the body of a redirect', () => {
	const redirects = (headers: string, body: Buffer) =>
		RawServer.start(({ socket, url }) => {
			const status = url === '/' ? '302 Found\r\nLocation: /end' : '200 OK';
			const [more, content] = url === '/' ? [headers, body] : ['', Buffer.from('end')];
			socket.write(`HTTP/1.1 ${status}\r\n${more}Content-Length: ${content.length}\r\n\r\n`);
			socket.write(content);
		});

	it.each<[string, string, () => Buffer]>([
		['is a bomb', `${encoded(2)}\r\n`, () => gzip(Buffer.alloc(100 * MB), 2)],
		['is not compressed as it says', `${encoded(1)}\r\n`, () => Buffer.from('no')],
		['is compressed 3,000 times', `${encoded(1_500)}\r\n`, () => Buffer.from('no')],
		['is a page', '', () => Buffer.alloc(60_000)],
	])('does not matter where it %s', async (_, headers, body) => {
		server = await redirects(headers, body());
		const { items, error } = await send('text');
		expect(error).toBeUndefined();
		expect(items[0]?.json).toEqual({ data: 'end' });
		expect(decoders.size).toBe(0);
		expect(server.connections).toBe(1);
	});

	it('ends its connection where it is large', async () => {
		server = await redirects('', Buffer.alloc(10 * MB));
		const { items } = await send('text', {}, { items: numbered(2) });
		expect(items.map(({ json }) => json.data)).toEqual(['end', 'end']);
		expect(server.connections).toBeGreaterThan(2);
	});

	it('is the response where redirects are not followed', async () => {
		server = await redirects(`${encoded(1)}\r\n`, gzip('moved'));
		const redirect = { redirect: { followRedirects: false } };
		const response = { response: { responseFormat: 'text', neverError: true } };
		const { items } = await send('text', { redirect, response });
		expect(items[0]?.json).toEqual({ data: 'moved' });
	});
});
