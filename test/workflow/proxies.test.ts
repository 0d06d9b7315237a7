import type { ServerResponse } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';
import { TestProxy } from '../support/TestProxy.ts';
import type { TestProxyOptions } from '../support/TestProxy.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;
let proxy: TestProxy;

async function start({ tls = false, ...options }: TestProxyOptions & { tls?: boolean } = {}) {
	server = await TestServer.start({ tls });
	proxy = await TestProxy.start(options);
}

afterEach(async () => {
	await Promise.all([server.close(), proxy.close()]);
});

/** Parameters for the server; its certificate is not trusted, and that is not the point here. */
const to = (path: string, options: INodeParameters = {}): INodeParameters => ({
	url: `=${server.origin}${path}`,
	options: { allowUnauthorizedCerts: true, ...options },
});

const text = [{ data: 'hi' }];

describe("the node's own proxy", () => {
	it('gets requests for http', async () => {
		await start();
		const { items } = await sendItems(to('/text?body=hi', { proxy: proxy.url }));
		expect(jsonOf(items)).toEqual(text);
		expect(proxy.requests).toHaveLength(1);
		const [request] = proxy.requests;
		// Either way is fine, a forwarded request or a tunnel.
		const { host } = new URL(server.origin);
		expect([`${server.origin}/text?body=hi`, host]).toContain(request?.target);
	});

	it('gets a tunnel for https', async () => {
		await start({ tls: true });
		const { items, error } = await sendItems(to('/text?body=hi', { proxy: proxy.url }));
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(text);
		expect(proxy.requests).toMatchObject([
			{ method: 'CONNECT', target: new URL(server.origin).host },
		]);
	});

	it.each([false, true])('is logged in to (TLS to the server: %p)', async (tls) => {
		const login = { user: 'me', password: 'p@ss:word' };
		await start({ tls, login });
		const url = proxy.url.replace('//', `//me:${encodeURIComponent(login.password)}@`);
		const { items } = await sendItems(to('/text?body=hi', { proxy: url }));
		expect(jsonOf(items)).toEqual(text);
		expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
	});

	it.each([false, true])(
		'that refuses the login is an error (TLS to the server: %p)',
		async (tls) => {
			await start({ tls, login: { user: 'me', password: 'right' } });
			const url = proxy.url.replace('//', '//me:wr0ng-one@');
			const { items, error } = await sendItems(to('/text', { proxy: url }));
			expect(items).toEqual([]);
			expect(error?.message).toMatch(/407|proxy/i);
			expect(JSON.stringify([error?.message, error?.description])).not.toContain('wr0ng-one');
			expect(server.connections).toBe(0);
		},
	);

	it('is not taken for the login that the server wants', async () => {
		await start({ login: { user: 'me', password: 'right' } });
		const url = proxy.url.replace('//', '//me:right@');
		const { error } = await sendItems(to('/status?code=401', { proxy: url }));
		expect(error?.description).toContain('No authentication is chosen.');
	});

	it('that cannot be reached is an error', async () => {
		await start();
		const { error } = await sendItems(to('/text', { proxy: 'http://127.0.0.1:1' }));
		expect(error?.name).toBe('NodeApiError');
		expect(server.connections).toBe(0);
	});

	it('resolves names that only it knows', async () => {
		await start({ hosts: { 'only.proxy.test': '127.0.0.1' } });
		const { port } = new URL(server.origin);
		const url = `http://only.proxy.test:${port}/text?body=hi`;
		const { items, error } = await sendItems({ url, options: { proxy: proxy.url } });
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(text);
	});

	it.each([false, true])('is used within the limit, on kept connections (TLS: %p)', async (tls) => {
		await start({ tls });
		// Answers as soon as four wait, so that fewer in flight would never end.
		const waiting: ServerResponse[] = [];
		server.route('/together', (_request, response) => {
			waiting.push(response);
			if (waiting.length === 4) for (const each of waiting.splice(0)) each.end('{}');
		});
		const parameters = { ...to('/together', { proxy: proxy.url }), maxConcurrency: 4 };
		const { error } = await sendItems(parameters, { items: numbered(40) });
		expect(error).toBeUndefined();
		expect(server.requests).toHaveLength(40);
		expect(server.mostInFlight).toBe(4);
		expect(proxy.connections).toBeLessThanOrEqual(4);
		expect(server.connections).toBeLessThanOrEqual(4);
	});

	it('gets redirects, too', async () => {
		await start();
		const other = await TestServer.start();
		const path = `/redirect?to=${encodeURIComponent(`${other.origin}/text`)}`;
		await sendItems(to(path, { proxy: proxy.url }));
		expect(other.requests).toHaveLength(1);
		expect(proxy.requests).toHaveLength(2);
		await other.close();
	});

	it.each(['/hang', '/hang-body'])('does not keep an aborted request alive: %s', async (path) => {
		await start();
		const stop = new AbortController();
		const running = sendItems(to(path, { proxy: proxy.url }), { signal: stop.signal });
		await server.waitFor(({ requests }) => requests.length === 1);
		stop.abort();
		await running;
		await server.waitFor(({ inFlight }) => inFlight === 0);
		expect(server.aborted).toBe(1);
	});
});

describe('the proxy of the environment', () => {
	it.each([
		['HTTP_PROXY', false],
		['http_proxy', false],
		['ALL_PROXY', false],
		['HTTPS_PROXY', true],
		['https_proxy', true],
		['ALL_PROXY', true],
	])('%s is used (TLS to the server: %p)', async (name, tls) => {
		await start({ tls });
		const { items } = await sendItems(to('/text?body=hi'), { env: { [name]: proxy.url } });
		expect(jsonOf(items)).toEqual(text);
		expect(proxy.requests).toHaveLength(1);
	});

	it.each([
		['HTTPS_PROXY', false],
		['HTTP_PROXY', true],
	])('%s is not for the other protocol (TLS to the server: %p)', async (name, tls) => {
		await start({ tls });
		const { items } = await sendItems(to('/text?body=hi'), { env: { [name]: proxy.url } });
		expect(jsonOf(items)).toEqual(text);
		expect(proxy.requests).toEqual([]);
	});

	it.each([
		['127.0.0.1', 0],
		['example.com, 127.0.0.1', 0],
		['*', 0],
		['example.com', 1],
		['', 1],
	])('is left out for NO_PROXY=%s', async (NO_PROXY, used) => {
		await start();
		const env = { HTTP_PROXY: proxy.url, NO_PROXY };
		const { items } = await sendItems(to('/text?body=hi'), { env });
		expect(jsonOf(items)).toEqual(text);
		expect(proxy.requests).toHaveLength(used);
	});

	it("yields to the node's own", async () => {
		await start();
		const env = { HTTP_PROXY: 'http://127.0.0.1:1' };
		const { items } = await sendItems(to('/text?body=hi', { proxy: proxy.url }), { env });
		expect(jsonOf(items)).toEqual(text);
		expect(proxy.requests).toHaveLength(1);
	});

	it('is chosen anew for a redirect', async () => {
		await start();
		const { port } = new URL(server.origin);
		const path = `/redirect?to=${encodeURIComponent(`http://localhost:${port}/text?body=hi`)}`;
		const env = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
		const { items } = await sendItems(to(path), { env });
		expect(jsonOf(items)).toEqual(text);
		expect(proxy.requests).toHaveLength(1);
	});
});
