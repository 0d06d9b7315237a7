import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { TestProxy } from '../../support/TestProxy.ts';
import type { TestProxyOptions } from '../../support/TestProxy.ts';
import { TestServer } from '../../support/TestServer.ts';

describe('TestProxy', () => {
	let proxy: TestProxy;
	let server: TestServer;

	async function start(options: TestProxyOptions = {}, tls = false): Promise<void> {
		proxy = await TestProxy.start(options);
		server = await TestServer.start({ tls });
	}

	afterEach(async () => {
		await Promise.all([proxy.close(), server.close()]);
	});

	/** Sends the target in absolute form, as a client of a proxy does. */
	async function forward(target: string, headers: RequestOptions['headers'] = {}, ca?: string) {
		const { hostname, port, protocol } = new URL(proxy.url);
		const request = (protocol === 'https:' ? httpsRequest : httpRequest)({
			...{ hostname, port, path: target, agent: false, ca },
			headers: { host: new URL(target).host, ...headers },
		});
		const answered = once(request.end(), 'response') as Promise<[IncomingMessage]>;
		const [response] = await answered;
		const body = Buffer.concat((await response.toArray()) as Buffer[]).toString();
		return { status: response.statusCode, body };
	}

	async function openTunnel(target: string, headers: RequestOptions['headers'] = {}) {
		const request = httpRequest(proxy.url, {
			method: 'CONNECT',
			path: target,
			agent: false,
			headers,
		});
		const answered = once(request.end(), 'connect') as Promise<[IncomingMessage, Socket]>;
		const [response, socket] = await answered;
		return { status: response.statusCode, socket };
	}

	it('forwards requests in absolute form', async () => {
		await start();
		const target = `${server.origin}/text?body=hi`;
		expect(await forward(target)).toEqual({ status: 200, body: 'hi' });
		expect(proxy.requests).toMatchObject([{ method: 'GET', target }]);
		expect(proxy.connections).toBe(1);
	});

	it('tunnels by CONNECT', async () => {
		await start({}, true);
		const { host } = new URL(server.origin);
		const { socket, status } = await openTunnel(host);
		expect(status).toBe(200);
		const secure = connectTls({ socket, ca: server.ca, host: '127.0.0.1' });
		secure.write('GET /text?body=hi HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
		const answer = Buffer.concat((await secure.toArray()) as Buffer[]).toString();
		expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nhi$/);
		expect(proxy.requests).toMatchObject([{ method: 'CONNECT', target: host }]);
	});

	it('asks for its login, and does not pass it on', async () => {
		await start({ login: { user: 'me', password: 'secret' } });
		const target = `${server.origin}/text`;
		const right = { 'proxy-authorization': `Basic ${btoa('me:secret')}` };
		expect(await forward(target)).toMatchObject({ status: 407 });
		expect(await forward(target, { 'proxy-authorization': 'Basic bm8=' })).toMatchObject({
			status: 407,
		});
		expect(await openTunnel(new URL(target).host)).toMatchObject({ status: 407 });
		expect(server.connections).toBe(0);
		expect(await forward(target, right)).toMatchObject({ status: 200 });
		expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
		expect(proxy.requests).toHaveLength(4);
	});

	it('resolves names of its own', async () => {
		await start({ hosts: { 'api.example.test': '127.0.0.1' } });
		const { port } = new URL(server.origin);
		expect(await forward(`http://api.example.test:${port}/text?body=x`)).toMatchObject({
			body: 'x',
		});
		expect(server.requests[0]?.headers.host).toBe(`api.example.test:${port}`);
	});

	it('speaks TLS to its client', async () => {
		await start({ tls: true });
		const answer = await forward(`${server.origin}/text?body=hi`, {}, proxy.ca);
		expect(answer).toEqual({ status: 200, body: 'hi' });
	});

	it('answers 502 where it cannot connect', async () => {
		await start();
		const { origin } = server;
		await server.close();
		expect(await forward(`${origin}/text`)).toMatchObject({ status: 502 });
		server = await TestServer.start();
	});
});
