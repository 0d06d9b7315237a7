import type { LookupFunction } from 'node:net';

import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { TestProxy } from '../../support/TestProxy.ts';
import { TestServer } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport, policy } from './transports.ts';

const VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
	name,
	name.toUpperCase(),
]);
const environment = { ...process.env };

let server: TestServer;
let proxy: TestProxy;

async function start(tls: boolean, options: Parameters<typeof TestProxy.start>[0] = {}) {
	server = await TestServer.start({ tls });
	proxy = await TestProxy.start(options);
}

beforeEach(() => {
	for (const name of VARIABLES) delete process.env[name];
});

afterEach(async () => {
	for (const name of VARIABLES) delete process.env[name];
	for (const [name, value] of Object.entries(environment)) process.env[name] = value;
	await closeTransports();
	await Promise.all([server.close(), proxy.close()]);
});

const to = (path: string, changes: Partial<HttpRequest> = {}) =>
	requestTo(server.origin + path, { allowUnauthorizedCerts: true, ...changes });

const withLogin = (login: string) => proxy.url.replace('//', `//${login}@`);

/** Forwarding for http, a tunnel for https: what follows holds for both. */
describe.each([
	['forwards', false],
	['tunnels', true],
])('a proxy that %s', (_what, tls) => {
	it('gets all requests, on kept connections within the limit', async () => {
		await start(tls);
		let opened = 0;
		const transport = newTransport({ connectionsPerOrigin: 2, onConnection: () => opened++ });
		await Promise.all(
			Array.from({ length: 10 }, async (_, id) => {
				const { body } = await transport.send(to(`/delay?ms=1&id=${id}`, { proxy: proxy.url }));
				expect(JSON.parse(body.toString())).toEqual({ ok: true, id: String(id) });
			}),
		);
		expect(server.requests).toHaveLength(10);
		expect(server.mostInFlight).toBe(2);
		expect(proxy.connections).toBe(2);
		expect(opened).toBe(2);
		expect(new Set(proxy.requests.map(({ method }) => method))).toEqual(
			new Set([tls ? 'CONNECT' : 'GET']),
		);
	});

	it.each([
		['me:secret', 'me:secret'],
		['m%40e:s%3Aec%2Fret', 'm@e:s:ec/ret'],
		['me', 'me:'],
	])('is logged in to: %s', async (inUrl, login) => {
		const [user = '', ...password] = login.split(':');
		await start(tls, { login: { user, password: password.join(':') } });
		await newTransport().send(to('/text', { proxy: withLogin(inUrl) }));
		expect(server.requests).toHaveLength(1);
		expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
	});

	it.each(['', 'me:wrong'])(
		'refuses a wrong login, and nothing goes directly: %j',
		async (login) => {
			await start(tls, { login: { user: 'me', password: 'secret' } });
			const url = login === '' ? proxy.url : withLogin(login);
			await expect(newTransport().send(to('/text', { proxy: url }))).rejects.toMatchObject({
				kind: 'proxy error',
				message: expect.stringContaining('407') as string,
			});
			expect(server.connections).toBe(0);
		},
	);

	it('that is down is an error, and nothing goes directly', async () => {
		await start(tls);
		const { url } = proxy;
		await proxy.close();
		for (const chosen of [url, undefined]) {
			process.env.ALL_PROXY = url;
			await expect(newTransport().send(to('/text', { proxy: chosen }))).rejects.toBeInstanceOf(
				TransportFailure,
			);
		}
		expect(server.connections).toBe(0);
		proxy = await TestProxy.start();
	});

	it('of the environment is used, unless NO_PROXY has the host', async () => {
		await start(tls);
		process.env[tls ? 'HTTPS_PROXY' : 'HTTP_PROXY'] = proxy.url;
		await newTransport().send(to('/text'));
		expect(proxy.requests).toHaveLength(1);
		process.env.NO_PROXY = '127.0.0.1';
		await newTransport().send(to('/text'));
		expect(proxy.requests).toHaveLength(1);
		expect(server.requests).toHaveLength(2);
	});

	it('of the node comes before the environment', async () => {
		await start(tls);
		process.env.ALL_PROXY = 'http://127.0.0.1:9';
		process.env.NO_PROXY = '*';
		await newTransport().send(to('/text', { proxy: proxy.url }));
		expect(proxy.requests).toHaveLength(1);
	});

	it('may itself speak TLS', async () => {
		await start(tls, { tls: true });
		const { body } = await newTransport().send(to('/text?body=hi', { proxy: proxy.url }));
		expect(body.toString()).toBe('hi');
		expect(proxy.requests).toHaveLength(1);
	});

	it('that shows no trusted certificate gets nothing', async () => {
		await start(tls, { tls: true });
		const sent = newTransport().send(
			to('/text', { proxy: proxy.url, allowUnauthorizedCerts: false }),
		);
		await expect(sent).rejects.toMatchObject({ kind: 'certificate not trusted' });
		expect(proxy.requests).toEqual([]);
		expect(server.connections).toBe(0);
	});

	it('has its connections to itself', async () => {
		await start(tls);
		const transport = newTransport({ connectionsPerOrigin: 1 });
		await transport.send(to('/text', { proxy: proxy.url }));
		await transport.send(to('/text'));
		await transport.send(to('/text', { proxy: proxy.url }));
		expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2, 1]);
	});

	it.each(['/hang', '/hang-body'])('keeps no socket of an aborted request: %s', async (path) => {
		await start(tls);
		const transport = newTransport();
		const sent = transport.send(to(path, { proxy: proxy.url }));
		const ended = expect(sent).rejects.toMatchObject({ kind: 'cancelled' });
		await server.waitFor(({ requests }) => requests.length === 1);
		await transport.close();
		await ended;
		await server.waitFor(({ openSockets }) => openSockets === 0);
	});

	it('chosen in the node is checked by the policy, at its URL and its address', async () => {
		await start(tls);
		const refusal = new TransportFailure('blocked by policy', 'no');
		const { origin } = new URL(proxy.url);
		for (const changes of [
			{
				checkUrl: async (url: URL) => {
					if (url.origin === origin) throw refusal;
					await Promise.resolve();
				},
			},
			{ connectionHostError: () => refusal },
		]) {
			const transport = newTransport({ egress: policy(changes) });
			await expect(transport.send(to('/text', { proxy: proxy.url }))).rejects.toBe(refusal);
		}
		expect(proxy.connections).toBe(0);
		expect(server.connections).toBe(0);
	});

	it('chosen in the node by its name is looked up under the policy', async () => {
		await start(tls);
		const refusal = new TransportFailure('blocked by policy', 'no');
		const lookup: LookupFunction = (_host, _options, callback) => callback(refusal, '');
		const transport = newTransport({ egress: policy({ lookup }) });
		const url = proxy.url.replace('127.0.0.1', 'proxy.test');
		await expect(transport.send(to('/text', { proxy: url }))).rejects.toBe(refusal);
		expect(proxy.connections).toBe(0);
		expect(server.connections).toBe(0);
	});

	it('of the environment is the administrator’s word', async () => {
		await start(tls);
		process.env.ALL_PROXY = proxy.url;
		const refusal = new TransportFailure('blocked by policy', 'no');
		const transport = newTransport({ egress: policy({ connectionHostError: () => refusal }) });
		await transport.send(to('/text'));
		expect(proxy.requests).toHaveLength(1);
	});

	it('does not get what the policy keeps from the target', async () => {
		await start(tls);
		const refusal = new TransportFailure('blocked by policy', 'no');
		const checkUrl = async ({ origin }: URL) => {
			if (origin === server.origin) throw refusal;
			await Promise.resolve();
		};
		const transport = newTransport({ egress: policy({ checkUrl }) });
		await expect(transport.send(to('/text', { proxy: proxy.url }))).rejects.toBe(refusal);
		expect(proxy.connections).toBe(0);
	});
});

describe('a proxy of the environment that is none', () => {
	it.each(['http://', 'no:such', 'ftp://127.0.0.1:9'])(
		'is an error of the proxy: %s',
		async (url) => {
			await start(false);
			process.env.HTTP_PROXY = url;
			await expect(newTransport().send(to('/text'))).rejects.toMatchObject({ kind: 'proxy error' });
			expect(server.connections).toBe(0);
		},
	);
});
