import type { ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import type { ClientCertificate } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { answersTogether } from '../../support/answersTogether.ts';
import { readCertificate } from '../../support/certificates.ts';
import { RawServer } from '../../support/RawServer.ts';
import { TestProxy } from '../../support/TestProxy.ts';
import { TestServer } from '../../support/TestServer.ts';
import type { ReceivedRequest } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport, policy } from './transports.ts';

const VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
	name,
	name.toUpperCase(),
	`npm_config_${name}`,
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
		const answer = ({ url }: ReceivedRequest, response: ServerResponse) => void response.end(url);
		server.route('/together', answersTogether(2, answer));
		await Promise.all(
			Array.from({ length: 10 }, async (_, id) => {
				const path = `/together?id=${id}`;
				const { body } = await transport.send(to(path, { proxy: proxy.url }));
				expect(body.toString()).toBe(path);
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
				kind: 'proxy refused',
				message: 'The proxy does not accept the login (407)',
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
			await expect(newTransport().send(to('/text', { proxy: chosen }))).rejects.toMatchObject({
				...{ kind: 'proxy error', code: 'ECONNREFUSED', isUnsent: true },
				message: 'The proxy refused the connection',
			});
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
		const trusted = getCACertificates();
		setDefaultCACertificates([...trusted, proxy.ca!]);
		const { body } = await newTransport().send(to('/text?body=hi', { proxy: proxy.url }));
		setDefaultCACertificates(trusted);
		expect(body.toString()).toBe('hi');
		expect(proxy.requests).toHaveLength(1);
	});

	it('that shows no trusted certificate gets nothing, though the target’s may be any', async () => {
		await start(tls, { tls: true });
		const sent = newTransport().send(
			to('/text', { proxy: proxy.url.replace('//', '//me:secret@'), allowUnauthorizedCerts: true }),
		);
		await expect(sent).rejects.toMatchObject({
			kind: 'proxy not trusted',
			message: expect.stringMatching(/^The proxy’s certificate .+ \(DEPTH_ZERO_.+\)$/) as string,
		});
		expect(proxy.requests).toEqual([]);
		expect(server.connections).toBe(0);
	});

	it('that shows the certificate of another host gets nothing', async () => {
		await start(tls, { tls: true });
		const trusted = getCACertificates();
		setDefaultCACertificates([...trusted, proxy.ca!]);
		const lookup: LookupFunction = (_host, _options, callback) =>
			callback(null, [{ address: '127.0.0.1', family: 4 }]);
		const transport = newTransport({ egress: policy({ lookup }) });
		const url = proxy.url.replace('127.0.0.1', 'proxy.test');
		await expect(transport.send(to('/text', { proxy: url }))).rejects.toMatchObject({
			kind: 'proxy not trusted',
			message: expect.stringContaining('ALTNAME') as string,
		});
		setDefaultCACertificates(trusted);
		expect(proxy.requests).toEqual([]);
		expect(server.connections).toBe(0);
	});

	it('that cannot be found is an error of the proxy', async () => {
		await start(tls);
		const lookup: LookupFunction = (_host, _options, callback) => {
			const error = new Error('getaddrinfo ENOTFOUND');
			callback(Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo' }), '');
		};
		const transport = newTransport({ egress: policy({ lookup }) });
		const proxied = to('/text', { proxy: 'http://me:secret@proxy.test:3128' });
		await expect(transport.send(proxied)).rejects.toMatchObject({
			...{ kind: 'proxy error', isUnsent: true },
			message: 'The host name of the proxy could not be found',
		});
	});

	it('has its login hidden, as it is and as it is sent', async () => {
		await start(tls, { login: { user: 'me', password: 's/cret' } });
		const request = to('/text', { proxy: withLogin('me:s%2Fcret') });
		await newTransport().send(request);
		expect(request.secrets).toEqual(['s/cret', Buffer.from('me:s/cret').toString('base64')]);
	});

	it('is not given a login in a header, which a tunnel would hand to the server', async () => {
		await start(tls);
		const request = to('/text', {
			proxy: proxy.url,
			headers: { 'Proxy-AUTHORIZATION': 'Basic x' },
		});
		await expect(newTransport().send(request)).rejects.toMatchObject({ kind: 'proxy refused' });
		expect(proxy.connections).toBe(0);
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
			await expect(transport.send(to('/text', { proxy: proxy.url }))).rejects.toEqual(refusal);
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
		await expect(transport.send(to('/text', { proxy: url }))).rejects.toEqual(refusal);
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
		await expect(transport.send(to('/text', { proxy: proxy.url }))).rejects.toEqual(refusal);
		expect(proxy.connections).toBe(0);
	});
});

describe('a client certificate', () => {
	const { cert, key } = readCertificate('example');
	const clientCertificate: ClientCertificate = {
		...{ id: 'example', ca: undefined, cert, key, passphrase: undefined },
		allowedDomains: undefined,
	};

	it('is shown to the server behind a tunnel, and not to the proxy that asks for one', async () => {
		server = await TestServer.start({ tls: true, clientCertificate: 'example' });
		proxy = await TestProxy.start({ tls: true, asksForCertificate: true });
		const trusted = getCACertificates();
		setDefaultCACertificates([...trusted, proxy.ca!]);
		await newTransport().send(to('/text', { proxy: proxy.url, clientCertificate }));
		setDefaultCACertificates(trusted);
		expect(server.requests).toHaveLength(1);
		expect(proxy.requests).toHaveLength(1);
		expect(proxy.certificates).toEqual([]);
	});

	it('is not shown to a proxy that forwards', async () => {
		await start(false, { tls: true, asksForCertificate: true });
		const trusted = getCACertificates();
		setDefaultCACertificates([...trusted, proxy.ca!]);
		await newTransport().send(to('/text', { proxy: proxy.url, clientCertificate }));
		setDefaultCACertificates(trusted);
		expect(proxy.requests).toHaveLength(1);
		expect(proxy.certificates).toEqual([]);
	});
});

it('forwards for many servers on the same kept connections', async () => {
	await start(false);
	const servers = await Promise.all(Array.from({ length: 5 }, async () => TestServer.start()));
	const transport = newTransport({ connectionsPerOrigin: 2 });
	for (const { origin } of [...servers, ...servers]) {
		await transport.send(requestTo(`${origin}/text`, { proxy: proxy.url }));
	}
	expect(servers.map(({ requests }) => requests.length)).toEqual([2, 2, 2, 2, 2]);
	expect(proxy.connections).toBeLessThanOrEqual(2);
	await Promise.all(servers.map((each) => each.close()));
});

it('is not read on after it has refused the login', async () => {
	await start(false);
	const ended = Promise.withResolvers<void>();
	const endless = await RawServer.start(({ socket }) => {
		socket.once('close', ended.resolve);
		socket.write('HTTP/1.1 407 No\r\nContent-Length: 1000000\r\n\r\n');
		socket.write('the beginning');
	});
	try {
		const sent = newTransport().send(to('/text', { proxy: endless.origin }));
		await expect(sent).rejects.toMatchObject({ kind: 'proxy refused' });
		await ended.promise;
	} finally {
		await endless.close();
	}
});

describe('a proxy of the environment that is none', () => {
	it.each(['http://', 'no:such', 'ftp://127.0.0.1:9', 'http://me:50%@127.0.0.1:9'])(
		'is an error of the proxy: %s',
		async (url) => {
			await start(false);
			process.env.HTTP_PROXY = url;
			await expect(newTransport().send(to('/text'))).rejects.toMatchObject({ kind: 'proxy error' });
			expect(server.connections).toBe(0);
		},
	);
});
