import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import zlib from 'node:zlib';
import type { INodeParameters } from 'n8n-workflow';
import { RawServer } from '../../support/RawServer.ts';
import { BinaryStore } from '../../support/workflow/BinaryStore.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

let server: RawServer;
let store: BinaryStore;

beforeAll(async () => {
	store = await BinaryStore.open();
});

afterEach(async () => {
	await server.close();
});

afterAll(async () => {
	await store.close();
});

type End = (socket: Socket) => void;

/** TCP's FIN, or TLS's close_notify and then that. */
const fin: End = (socket) => socket.end();
/** TCP's RST, once the client has read what was sent. */
const rst: End = (socket) => setTimeout(() => socket.resetAndDestroy(), 50);

const FORMATS = ['text', 'file'] as const;
const NOT_COMPLETE = /closed the connection before its (compressed )?response was complete$/;

async function receive(
	responseFormat: (typeof FORMATS)[number],
	head: string,
	body: string | Buffer,
	end: End,
	options: INodeParameters = {},
) {
	server = await RawServer.start(({ socket }) => {
		// With a type, because n8n would otherwise load a module that Jest cannot load.
		socket.write(`${head}\r\nContent-Type: text/plain\r\n\r\n`);
		socket.write(body);
		end(socket);
	});
	return await sendItems({
		url: server.origin,
		options: { response: { response: { responseFormat } }, ...options },
	});
}

describe.each(FORMATS)('a response as %s', (format) => {
	// RFC 9112 section 8: a message that is chunked, or has a Content-Length, is incomplete without all
	// of it. Without either it ends with the connection, and a connection that is reset has not ended.
	it.each<[string, string, string, End]>([
		['without length, reset', 'HTTP/1.1 200 OK', 'half', rst],
		['without length, "close", reset', 'HTTP/1.1 200 OK\r\nConnection: close', 'half', rst],
		['of HTTP/1.0, reset', 'HTTP/1.0 200 OK', 'half', rst],
		...['', '\r\nConnection: close'].flatMap((more) => {
			const head = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked${more}`;
			return [fin, rst].flatMap((end): Array<[string, string, string, End]> => [
				['in a chunk', head, '8\r\nhalf', end],
				['after a chunk', head, '4\r\nhalf\r\n', end],
				['after the last chunk', head, '4\r\nhalf\r\n0\r\n', end],
				['in the trailer', head, '4\r\nhalf\r\n0\r\nExpires: 0\r\n', end],
			]);
		}),
	])('is an error when cut off %s', async (_, head, body, end) => {
		const { error } = await receive(format, head, body, end);
		expect(error?.message).toMatch(NOT_COMPLETE);
	});

	it.each<[string, End]>([
		['', fin],
		['', rst],
		['\r\nConnection: close', fin],
		['\r\nConnection: close', rst],
	])('says how much of the length has come (%j, %p)', async (more, end) => {
		const head = `HTTP/1.1 200 OK\r\nContent-Length: 10${more}`;
		const { error } = await receive(format, head, 'half', end);
		expect(error?.message).toMatch(/after 4 of the 10 bytes that Content-Length announces$/);
	});

	// Nothing tells the end of such a body from a server that ends in the middle of it.
	it.each(['HTTP/1.0 200 OK', 'HTTP/1.1 200 OK', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity'])(
		'ends with its connection: %j',
		async (head) => {
			const { items, error } = await receive(format, head, 'all', fin);
			expect(error).toBeUndefined();
			const file = items[0]?.binary?.data;
			const content = file ? (await store.read(file)).toString() : items[0]?.json.data;
			expect(content).toBe('all');
		},
	);

	it('is complete although the connection is reset after it', async () => {
		const head = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close';
		expect((await receive(format, head, 'all', rst)).error).toBeUndefined();
	});

	// A compressed stream marks its own end (RFC 1952 section 2.3.1, RFC 7932 section 9.2, RFC 8878
	// section 3.1.1), which tells where HTTP does not.
	it.each<[string, (content: Buffer) => Buffer]>([
		['gzip', zlib.gzipSync],
		['deflate', zlib.deflateSync],
		['deflate', zlib.deflateRawSync],
		['br', zlib.brotliCompressSync],
		['zstd', zlib.zstdCompressSync],
	])('is an error when cut off in %s without length', async (coding, compress) => {
		const compressed = compress(randomBytes(20_000));
		const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}`;
		const { error } = await receive(format, head, compressed.subarray(0, -5_000), fin);
		expect(error?.message).toMatch(NOT_COMPLETE);
	});
});

describe.each([
	['forwards', false],
	['tunnels', true],
])('a proxy that %s', (_, tls) => {
	async function throughProxy(head: string, end: End) {
		server = await RawServer.start(({ socket }) => socket.write(`${head}\r\n\r\nhalf`), { tls });
		const port = Number(new URL(server.origin).port);
		const proxy = await RawServer.start(({ socket, head: request, method }) => {
			socket.removeAllListeners('data');
			const target = connect(port, '127.0.0.1', () => {
				if (method === 'CONNECT') socket.write('HTTP/1.1 200 OK\r\n\r\n');
				else target.write(`${request}\r\n\r\n`);
				socket.pipe(target).pipe(socket);
				target.on('data', () => {
					if (server.requests.length > 0) end(socket);
				});
			});
			target.on('error', () => {});
		});
		const result = await sendItems({
			url: server.origin,
			options: {
				...{ proxy: proxy.origin, allowUnauthorizedCerts: true },
				response: { response: { responseFormat: 'text' } },
			},
		});
		await proxy.close();
		return result;
	}

	it('fails a response that it cuts off', async () => {
		const { error } = await throughProxy('HTTP/1.1 200 OK\r\nContent-Length: 10', fin);
		expect(error?.message).toMatch(/after 4 of the 10 bytes/);
	});

	it('fails a response without length by a reset', async () => {
		const { error } = await throughProxy('HTTP/1.1 200 OK', rst);
		expect(error?.message).toMatch(NOT_COMPLETE);
	});

	// RFC 9112 section 9.8 wants TLS's close_notify at the end of such a body. Node does not tell whether
	// it has come, and many servers leave it out.
	it('can end a response without length', async () => {
		const { items } = await throughProxy('HTTP/1.1 200 OK', fin);
		expect(items[0]?.json).toEqual({ data: 'half' });
	});
});

// Public reports of gzip without its last eight bytes: browsers and HTTP Request read them.
it('accepts gzip without its end where HTTP says that the body is complete', async () => {
	const compressed = zlib.gzipSync('all of it').subarray(0, -8);
	const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${compressed.length}`;
	const { items } = await receive('text', head, compressed, () => {});
	expect(items[0]?.json).toEqual({ data: 'all of it' });
});

it.each(['', '\r\nConnection: close'])('is received again with Retry (%j)', async (more) => {
	server = await RawServer.start(({ socket }) => {
		socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked${more}\r\n\r\n4\r\nhalf\r\n`);
		if (server.requests.length === 1) socket.end();
		else socket.write('4\r\n and\r\n0\r\n\r\n');
	});
	const { items, error } = await sendItems({
		url: server.origin,
		retry: { retry: {} },
		options: { response: { response: { responseFormat: 'text' } } },
	});
	expect(error).toBeUndefined();
	expect(items[0]?.json).toEqual({ data: 'half and' });
	expect(server.requests).toHaveLength(2);
});
