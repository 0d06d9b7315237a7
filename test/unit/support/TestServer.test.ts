import { request as httpRequest, Agent } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { TestServer } from '../../support/TestServer.ts';

interface Answer {
	status: number;
	headers: IncomingMessage['headers'];
	body: Buffer;
}

async function send(url: string, options: RequestOptions = {}, body = ''): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const request = url.startsWith('https:') ? httpsRequest : httpRequest;
		const sent = request(url, { agent: false, ...options }, (response) => {
			response.toArray().then((chunks: Buffer[]) => {
				const { statusCode: status = 0, headers } = response;
				resolve({ status, headers, body: Buffer.concat(chunks) });
			}, reject);
		});
		sent.on('error', reject);
		sent.end(body);
	});
}

const json = ({ body }: Answer): unknown => JSON.parse(body.toString());

describe('TestServer', () => {
	let server: TestServer;

	beforeEach(async () => {
		server = await TestServer.start();
	});

	afterEach(async () => {
		await server.close();
	});

	const get = async (path: string) => send(server.origin + path);

	it('records requests in full and echoes them', async () => {
		const options = { method: 'POST', headers: { 'X-Id': '7' } };
		const answer = await send(`${server.origin}/echo?a=1&b=2&b=3`, options, 'hello');
		expect(json(answer)).toMatchObject({
			method: 'POST',
			path: '/echo',
			query: { a: '1', b: ['2', '3'] },
			headers: { 'x-id': '7' },
			body: 'hello',
		});
		expect(server.requests).toHaveLength(1);
		expect(server.requests[0]).toMatchObject({
			method: 'POST',
			url: '/echo?a=1&b=2&b=3',
			connection: 1,
		});
		expect(server.requests[0]?.rawHeaders).toContain('X-Id');
		expect(server.requests[0]?.body.toString()).toBe('hello');
	});

	it.each([
		['/json?body=[1]', 200, 'application/json', '[1]'],
		['/text?body=hi', 200, 'text/plain; charset=utf-8', 'hi'],
		['/text?body=a,b&type=text/csv', 200, 'text/csv', 'a,b'],
		['/status?code=503&body=busy', 503, 'text/plain; charset=utf-8', 'busy'],
		['/delay?ms=1&id=4', 200, 'application/json', '{"ok":true,"id":"4"}'],
		['/items?count=2', 200, 'application/json', '[{"id":0},{"id":1}]'],
		['/empty', 200, undefined, ''],
		['/empty?type=application/json', 200, 'application/json', ''],
		['/bytes?hex=6869&type=text/plain', 200, 'text/plain', 'hi'],
		['/stream?chunks=2&ms=1', 200, 'text/plain; charset=utf-8', 'chunk 1\nchunk 2\n'],
		['/unknown', 404, 'application/json', '{"message":"No such route"}'],
	])('answers %s', async (path, status, type, body) => {
		const answer = await get(path);
		expect(answer.status).toBe(status);
		expect(answer.headers['content-type']).toBe(type);
		expect(answer.body.toString()).toBe(body);
	});

	it('adds headers on request', async () => {
		const { headers } = await get(
			'/text?header=retry-after:3&header=set-cookie:a=1&header=set-cookie:b=2',
		);
		expect(headers).toMatchObject({ 'retry-after': '3', 'set-cookie': ['a=1', 'b=2'] });
	});

	it('redirects as often as told', async () => {
		const first = await get('/redirect?code=307&times=2&to=/text');
		expect(first.status).toBe(307);
		const second = await get(first.headers.location ?? '');
		expect(second.status).toBe(307);
		expect(second.headers.location).toBe('/text');
	});

	it.each([
		['gzip', gunzipSync],
		['deflate', inflateSync],
		['br', brotliDecompressSync],
		['zstd', zstdDecompressSync],
	])('compresses with %s', async (encoding, decompress) => {
		const { headers, body } = await get(`/compressed?encoding=${encoding}`);
		expect(headers['content-encoding']).toBe(encoding);
		expect(JSON.parse(decompress(body).toString())).toEqual({ encoding });
	});

	it.each([
		['/reset', 'ECONNRESET'],
		['/reset-body', 'ECONNRESET'],
		['/truncate', 'ECONNRESET'],
	])('breaks off at %s', async (path, code) => {
		await expect(get(path)).rejects.toMatchObject({ code });
		await server.waitFor(({ inFlight }) => inFlight === 0);
		expect(server.aborted).toBe(1);
	});

	it.each(['/hang', '/hang-body'])('goes silent at %s and sees the client leave', async (path) => {
		const controller = new AbortController();
		const request = send(server.origin + path, { signal: controller.signal });
		await server.waitFor(({ requests }) => requests.length === 1);
		expect(server.inFlight).toBe(1);
		controller.abort();
		await expect(request).rejects.toThrow(/aborted/);
		await server.waitFor(({ inFlight, openSockets }) => inFlight === 0 && openSockets === 0);
		expect(server.aborted).toBe(1);
	});

	it('counts what is in flight, and the connections', async () => {
		const agent = new Agent({ keepAlive: true, maxSockets: 3 });
		const paths = Array.from({ length: 12 }, (_, id) => `${server.origin}/delay?ms=5&id=${id}`);
		await Promise.all(paths.map(async (path) => send(path, { agent })));
		expect(server.requests).toHaveLength(12);
		expect(server.mostInFlight).toBe(3);
		expect(server.connections).toBe(3);
		expect(server.inFlight).toBe(0);
		expect(new Set(server.requests.map(({ connection }) => connection))).toEqual(
			new Set([1, 2, 3]),
		);

		server.reset();
		await send(`${server.origin}/text`, { agent });
		expect(server).toMatchObject({ mostInFlight: 1, connections: 0 });
		agent.destroy();
	});

	it('gives its counters without counting itself', async () => {
		await get('/text');
		expect(json(await get('/stats'))).toEqual({
			requests: 1,
			inFlight: 0,
			mostInFlight: 1,
			connections: 1,
			aborted: 0,
		});
		expect(json(await get('/reset-stats'))).toMatchObject({ requests: 0, connections: 0 });
		expect(server.connections).toBe(0);
	});

	it('lets a test add its own route', async () => {
		server.route('/mine', ({ method }, response) => response.end(method));
		expect((await get('/mine?x=1')).body.toString()).toBe('GET');
	});

	it('passes on what a condition throws', async () => {
		const failing = server.waitFor(() => {
			throw new Error('no');
		});
		await expect(failing).rejects.toThrow('no');
	});

	it('closes at once, with connections open', async () => {
		const other = await TestServer.start();
		const socket = connect(Number(new URL(other.origin).port), '127.0.0.1');
		await other.waitFor(({ openSockets }) => openSockets === 1);
		await other.close();
		await new Promise((resolve) => socket.once('close', resolve));
	});
});

describe('TestServer with TLS', () => {
	it('is trusted by its certificate only, and counts as over HTTP', async () => {
		const server = await TestServer.start({ tls: true });
		const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1, ca: server.ca });
		await send(`${server.origin}/text`, { agent });
		await send(`${server.origin}/text`, { agent });
		expect(server).toMatchObject({ connections: 1, mostInFlight: 1 });
		await expect(send(`${server.origin}/text`)).rejects.toMatchObject({
			code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
		});
		await expect(send(`${server.origin}/reset`, { agent })).rejects.toThrow();
		expect(server.requests).toHaveLength(3);
		agent.destroy();
		await server.close();
	});

	it('can show the certificate of another host', async () => {
		const server = await TestServer.start({ tls: true, certificate: 'example' });
		await expect(send(server.origin, { ca: server.ca } as RequestOptions)).rejects.toMatchObject({
			code: 'ERR_TLS_CERT_ALTNAME_INVALID',
		});
		await server.close();
	});
});
