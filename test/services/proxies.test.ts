/** The node's option Proxy, with the proxy servers that people have. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { withLogin } from '../support/proxies/RealProxy.ts';
import type { RealProxy, RealProxyOptions } from '../support/proxies/RealProxy.ts';
import { Squid } from '../support/proxies/Squid.ts';
import { Tinyproxy } from '../support/proxies/Tinyproxy.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';
import type { SendOptions, SendResult } from '../support/workflow/sendItems.ts';

type Start = (options: RealProxyOptions) => Promise<RealProxy>;

const squid: Start = async (options) => await Squid.start(options);
const tinyproxy: Start = async (options) => await Tinyproxy.start(options);

let server: TestServer;
let other: TestServer | undefined;
let proxy: RealProxy;

async function start(
	startProxy: Start,
	{ tls, ...options }: RealProxyOptions & { tls: boolean },
): Promise<void> {
	server = await TestServer.start({ tls });
	proxy = await startProxy(options);
}

afterEach(async () => {
	await Promise.all([server.close(), other?.close(), proxy.close()]);
	other = undefined;
});

/** Over HTTP/1.1, where a request in flight is a connection. */
async function send(
	path: string,
	proxyUrl: string,
	{ parameters = {}, ...more }: SendOptions & { parameters?: INodeParameters } = {},
): Promise<SendResult> {
	const { options, ...others } = parameters;
	return await sendItems(
		{
			url: `=${server.origin}${path}`,
			options: {
				...{ allowUnauthorizedCerts: true, http2: false, proxy: proxyUrl },
				...(options as INodeParameters),
			},
			...others,
		},
		more,
	);
}

const ids = (items: INodeExecutionData[]) => items.map(({ json }) => Number(json.id));

const count = <T>(values: T[]) => new Set(values).size;

/** What the proxy was asked for, when everything is over. */
async function logged() {
	await proxy.stop();
	return await proxy.log();
}

/** What an error says. The node's parameters, which n8n adds, are left out. */
function wordsOf({ error }: SendResult): string {
	const { node: _node, ...own } = { node: undefined, ...error };
	return JSON.stringify([own, error?.message, error?.description, error?.stack]);
}

const VIA: Array<[what: string, start: Start, tls: boolean]> = [
	['Squid forwards', squid, false],
	['Squid tunnels', squid, true],
	['Tinyproxy forwards', tinyproxy, false],
	['Tinyproxy tunnels', tinyproxy, true],
];

describe.each(VIA)('%s', (_what, startProxy, tls) => {
	it('a request', async () => {
		await start(startProxy, { tls });
		const { items, error } = await send('/text?body=hi', proxy.url);
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual([{ data: 'hi' }]);
		const target = tls ? new URL(server.origin).host : `${server.origin}/text?body=hi`;
		expect(await logged()).toMatchObject([{ method: tls ? 'CONNECT' : 'GET', target }]);
	});

	it('200 items, 20 in flight, on 20 connections at most', async () => {
		await start(startProxy, { tls });
		const { items, error } = await send('/delay?ms=20&id={{ $json.id }}', proxy.url, {
			items: numbered(200),
			parameters: { maxConcurrency: 20 },
		});
		expect(error).toBeUndefined();
		expect(ids(items)).toEqual(ids(numbered(200)));
		expect(server.requests).toHaveLength(200);
		expect(server.mostInFlight).toBeLessThanOrEqual(20);
		const log = await logged();
		expect(log).toHaveLength(tls ? count(log.map(({ connection }) => connection)) : 200);
		// Tinyproxy closes a connection after each request that it forwards.
		if (tls || startProxy === squid) {
			expect(count(log.map(({ connection }) => connection))).toBeLessThanOrEqual(20);
		}
	});

	it('with its login, which the server does not get', async () => {
		const login = { user: 'ada', password: startProxy === squid ? 'p@ss:w/rd %1' : 'sesame' };
		await start(startProxy, { tls, login });
		const { items, error } = await send(
			'/text?body=hi',
			withLogin(proxy, login.user, login.password),
		);
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual([{ data: 'hi' }]);
		expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
	});

	it('nothing with a wrong login, and none goes directly', async () => {
		await start(startProxy, { tls, login: { user: 'ada', password: 'sesame' } });
		const result = await send('/text', withLogin(proxy, 'ada', 'wr0ng-one'));
		expect(result.items).toEqual([]);
		// Where it forwards, Tinyproxy's 401 cannot be told from the server's.
		const says = !tls && startProxy === tinyproxy ? /401/ : /The proxy does not accept the login/;
		expect(result.error?.message).toMatch(says);
		expect(wordsOf(result)).not.toContain('wr0ng-one');
		expect(wordsOf(result)).not.toContain(Buffer.from('ada:wr0ng-one').toString('base64'));
		expect(server.connections).toBe(0);
	});

	it('nothing when it is down, and none goes directly', async () => {
		await start(startProxy, { tls });
		await proxy.stop();
		const result = await send('/text', withLogin(proxy, 'ada', 'ope-n-me'));
		expect(result.items).toEqual([]);
		expect(result.error?.message).toMatch(/failed: The proxy refused the connection$/);
		expect(result.error?.description).toMatch(/^Check that the proxy is running/);
		expect(wordsOf(result)).not.toContain('ope-n-me');
		expect(server.connections).toBe(0);
	});

	it('nothing more when it goes down, and none goes directly', async () => {
		await start(startProxy, { tls });
		const running = send('/hang?id={{ $json.id }}', proxy.url, {
			items: numbered(20),
			parameters: { maxConcurrency: 4 },
			onError: 'continueErrorOutput',
		});
		await server.waitFor(({ requests }) => requests.length === 4);
		const before = server.connections;
		await proxy.stop();
		const { items, errors } = await running;
		expect([items.length, errors.length]).toEqual([0, 20]);
		expect(server.requests).toHaveLength(4);
		expect(server.connections).toBe(before);
	});

	it('an error that says so when the server is down', async () => {
		await start(startProxy, { tls });
		await server.close();
		const { error } = await send('/text', proxy.url);
		// A forwarded request is answered by the proxy, with a status of its own.
		const says = tls ? /The proxy could not reach the server \(50[0-9]\)$/ : /50[0-9]/;
		expect(error?.message).toMatch(says);
	});

	it('redirects, and every page', async () => {
		await start(startProxy, { tls });
		other = await TestServer.start({ tls });
		const to = encodeURIComponent(`${other.origin}/items?count=1`);
		const { items, error } = await send(`/redirect?to=${to}`, proxy.url, {
			parameters: {
				options: {
					pagination: {
						pagination: {
							paginationMode: 'updateAParameterInEachRequest',
							parameters: {
								parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }],
							},
							paginationCompleteWhen: 'receiveSpecificStatusCodes',
							...{ statusCodesWhenComplete: '404', limitPagesFetched: true, maxRequests: 3 },
						},
					},
				},
			},
		});
		expect(error).toBeUndefined();
		expect(items).toHaveLength(3);
		expect([server.requests.length, other.requests.length]).toEqual([3, 3]);
		const log = await logged();
		const { host } = new URL(other.origin);
		expect(log.filter(({ target }) => target.includes(host))).toHaveLength(tls ? 1 : 3);
		expect(log).toHaveLength(tls ? 2 : 6);
	});
});

describe('an https proxy', () => {
	const trusted = getCACertificates();
	let secure: Squid;

	beforeEach(async () => {
		secure = await Squid.start({ login: { user: 'ada', password: 'sesame' } });
		proxy = secure;
	});

	afterEach(() => setDefaultCACertificates(trusted));

	it.each([false, true])(
		'whose certificate n8n trusts is used, on kept connections (TLS to the server: %p)',
		async (tls) => {
			server = await TestServer.start({ tls });
			setDefaultCACertificates([...trusted, secure.ca]);
			const url = withLogin({ url: secure.secureUrl }, 'ada', 'sesame');
			const { items, error } = await send('/delay?ms=5&id={{ $json.id }}', url, {
				items: numbered(50),
				parameters: { maxConcurrency: 5 },
			});
			expect(error).toBeUndefined();
			expect(ids(items)).toEqual(ids(numbered(50)));
			const log = await logged();
			expect(log).toHaveLength(tls ? count(log.map(({ connection }) => connection)) : 50);
			expect(count(log.map(({ connection }) => connection))).toBeLessThanOrEqual(5);
		},
	);

	it('with another certificate gets nothing, whatever the option Ignore SSL Issues says', async () => {
		server = await TestServer.start();
		const result = await send('/text', withLogin({ url: secure.secureUrl }, 'ada', 'sesame'));
		expect(result.error?.message).toMatch(/The proxy’s certificate is not trusted/);
		expect(result.error?.description).toMatch(/NODE_EXTRA_CA_CERTS/);
		expect(wordsOf(result)).not.toContain('sesame');
		expect(server.connections).toBe(0);
		expect(await logged()).toEqual([]);
	});
});
