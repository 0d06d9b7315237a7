/** The proxy that n8n's environment names, with Squid, and what n8n's own requests do there. */
import type { IncomingMessage } from 'node:http';
import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { AuthorizationServer } from '../support/oauth2/AuthorizationServer.ts';
import { withLogin } from '../support/proxies/RealProxy.ts';
import { Squid } from '../support/proxies/Squid.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered, runWorkflow } from '../support/workflow/runWorkflow.ts';
import type { RunOptions } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';

const HERE = '127.0.0.1';
/** Stands for the internet, where n8n's rules are on. */
const OUTSIDE = '127.0.0.2';

/** Where Squid's own connections come from. */
const FROM_SQUID = '127.0.0.9';

const LOGIN = { user: 'ada', password: 'sesame' };

let squid: Squid;
/** Its address with the login. */
let proxy: string;
let server: TestServer;
let secure: TestServer;
let outside: TestServer;
/** Where the last request to one of the servers came from. */
let lastFrom: string | undefined;

beforeAll(async () => {
	squid = await Squid.start({ login: LOGIN, rules: [`tcp_outgoing_address ${FROM_SQUID}`] });
	proxy = withLogin(squid, LOGIN.user, LOGIN.password);
	server = await TestServer.start();
	secure = await TestServer.start({ tls: true });
	outside = await TestServer.start({ host: OUTSIDE });
	for (const each of [server, secure, outside]) {
		each.server.on('request', ({ socket }: IncomingMessage) => (lastFrom = socket.remoteAddress));
	}
});

afterAll(async () => {
	await Promise.all([squid, server, secure, outside].map(async (each) => await each?.close()));
});

beforeEach(() => {
	for (const each of [server, secure, outside]) each.reset();
});

/** Sends one request as n8n's own nodes do, through its helper. */
const builtIn: INodeType = {
	description: {
		...{ name: 'builtIn', displayName: 'Built-in', description: '', group: ['transform'] },
		...{ version: 1, defaults: { name: 'Built-in' }, inputs: ['main'], outputs: ['main'] },
		properties: [
			{ name: 'url', displayName: 'URL', type: 'string', default: '' },
			{ name: 'proxy', displayName: 'Proxy', type: 'string', default: '' },
		],
	},
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const uri = this.getNodeParameter('url', 0) as string;
		const own = this.getNodeParameter('proxy', 0) as string;
		// What HTTP Request calls, and how.
		const data: unknown = await this.helpers.request({
			...{ uri, method: 'GET', gzip: true, rejectUnauthorized: false, followRedirect: true },
			...(own && { proxy: own }),
		});
		return [[{ json: { data: String(data) } }]];
	},
};

type Use = Pick<RunOptions, 'env' | 'egress'> & { url: string; ownProxy?: string };

/** Whether anything came back to n8n's own request, and whether it went through the proxy. */
async function builtInSends({ url, ownProxy = '', ...options }: Use): Promise<string> {
	const parameters = { url, proxy: ownProxy };
	const result = await runWorkflow({
		...options,
		types: { 'test.builtIn': builtIn },
		nodes: [{ name: 'Request', type: 'test.builtIn', parameters }],
	});
	return wayOf(result.error === undefined);
}

/** The same for this node. */
async function nodeSends({ url, ownProxy, ...options }: Use): Promise<string> {
	const own = ownProxy === undefined ? {} : { proxy: ownProxy };
	const parameters = { url, options: { allowUnauthorizedCerts: true, http2: false, ...own } };
	const { error } = await sendItems(parameters, options);
	return wayOf(error === undefined);
}

function wayOf(hasAnswer: boolean): string {
	const requests = [server, secure, outside].flatMap((each) => [...each.requests]);
	for (const each of [server, secure, outside]) each.reset();
	if (!hasAnswer) return requests.length === 0 ? 'nothing sent' : 'sent, without an answer';
	return lastFrom === FROM_SQUID ? 'proxy' : 'direct';
}

const http = () => `${server.origin}/text?body=hi`;
const https = () => `${secure.origin}/text?body=hi`;

describe.each([
	['HTTP_PROXY', 'proxy', 'direct'],
	['http_proxy', 'proxy', 'direct'],
	['HTTPS_PROXY', 'direct', 'proxy'],
	['https_proxy', 'direct', 'proxy'],
	['ALL_PROXY', 'proxy', 'proxy'],
	['all_proxy', 'proxy', 'proxy'],
	['npm_config_http_proxy', 'proxy', 'direct'],
	['npm_config_proxy', 'proxy', 'proxy'],
])('%s', (name, forHttp, forHttps) => {
	it.each([
		['http', http, forHttp],
		['https', https, forHttps],
	])('as in n8n: %s', async (_protocol, url, way) => {
		const use = { url: url(), env: { [name]: proxy } };
		expect([await nodeSends(use), await builtInSends(use)]).toEqual([way, way]);
	});
});

it.each([
	['lower case goes before upper case', 'proxy', { HTTP_PROXY: 'DOWN', http_proxy: 'PROXY' }],
	['an empty one counts as none', 'proxy', { http_proxy: '', HTTP_PROXY: 'PROXY' }],
	[
		'that of the protocol goes before ALL_PROXY',
		'proxy',
		{ ALL_PROXY: 'DOWN', HTTP_PROXY: 'PROXY' },
	],
	['without http:// it is one for http', 'proxy', { HTTP_PROXY: 'BARE' }],
	['NO_PROXY names the address', 'direct', { HTTP_PROXY: 'PROXY', NO_PROXY: HERE }],
	['no_proxy does', 'direct', { HTTP_PROXY: 'PROXY', no_proxy: `x.test ${HERE}` }],
	['NO_PROXY names address and port', 'direct', { HTTP_PROXY: 'PROXY', NO_PROXY: `${HERE}:PORT` }],
	['NO_PROXY names another port', 'proxy', { HTTP_PROXY: 'PROXY', NO_PROXY: `${HERE}:1` }],
	[
		'NO_PROXY names a range, which is no form',
		'proxy',
		{ HTTP_PROXY: 'PROXY', NO_PROXY: '127.0.0.0/8' },
	],
	['NO_PROXY names the end of the address', 'direct', { HTTP_PROXY: 'PROXY', NO_PROXY: '*.0.1' }],
	['NO_PROXY is for all', 'direct', { HTTP_PROXY: 'PROXY', NO_PROXY: '*' }],
	['NO_PROXY has * among others', 'direct', { HTTP_PROXY: 'PROXY', NO_PROXY: 'x.test, *' }],
	['the proxy is down', 'nothing sent', { HTTP_PROXY: 'DOWN' }],
	['the login is wrong', 'nothing sent', { HTTP_PROXY: 'WRONG' }],
	['there is no login', 'nothing sent', { HTTP_PROXY: 'NONE' }],
])('as in n8n: %s', async (_what, way, variables) => {
	const meanings = {
		PROXY: proxy,
		BARE: proxy.replace('http://', ''),
		DOWN: 'http://ada:sesame@127.0.0.1:1',
		WRONG: withLogin(squid, 'ada', 'another'),
		NONE: squid.url,
		PORT: new URL(server.origin).port,
	};
	const text = JSON.stringify(variables).replace(
		/PROXY(?=")(?!":)|BARE|DOWN|WRONG|NONE|PORT/g,
		(name) => meanings[name as keyof typeof meanings],
	);
	const use = { url: http(), env: JSON.parse(text) as Record<string, string> };
	expect([await nodeSends(use), await builtInSends(use)]).toEqual([way, way]);
});

describe('a proxy of the node', () => {
	it('as in n8n: goes before the environment and NO_PROXY', async () => {
		const env = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '*' };
		const use = { url: http(), ownProxy: proxy, env };
		expect([await nodeSends(use), await builtInSends(use)]).toEqual(['proxy', 'proxy']);
	});

	it('as in n8n: needs a right certificate, though the server’s may be any', async () => {
		const ownProxy = withLogin({ url: squid.secureUrl }, LOGIN.user, LOGIN.password);
		const use = { url: http(), ownProxy };
		expect([await nodeSends(use), await builtInSends(use)]).toEqual([
			'nothing sent',
			'nothing sent',
		]);
	});

	it.each(['socks5://127.0.0.1:1', '127.0.0.1:1'])(
		'of another kind, which n8n ignores, is an error: %s',
		async (ownProxy) => {
			const use = { url: http(), ownProxy };
			expect([await nodeSends(use), await builtInSends(use)]).toEqual(['nothing sent', 'direct']);
		},
	);
});

it('says what is wrong, without the password', async () => {
	const send = async (HTTP_PROXY: string) =>
		(await sendItems({ url: http() }, { env: { HTTP_PROXY } })).error;
	const down = await send('http://ada:sesame@127.0.0.1:1');
	expect(down?.message).toMatch(/failed: The proxy refused the connection$/);
	const wrong = await send(withLogin(squid, 'ada', 'another'));
	expect(wrong?.message).toMatch(/failed: The proxy does not accept the login \(407\)$/);
	const unreadable = await send('socks5://ada:sesame@127.0.0.1:1');
	expect(unreadable?.message).toMatch(
		/failed: The proxy in n8n’s environment must be an http or https address$/,
	);
	expect(JSON.stringify([down, wrong, unreadable])).not.toMatch(/sesame|another/);
	expect(server.connections).toBe(0);
});

describe('where n8n’s rules of egress are on', () => {
	const port = () => new URL(outside.origin).port;
	const allowOutside = { allowedIpRanges: [`${OUTSIDE}/32`] };
	const allowBoth = { allowedIpRanges: [`${OUTSIDE}/32`, `${HERE}/32`] };

	it('as in n8n: the environment’s proxy may be anywhere, its targets not', async () => {
		const env = { HTTP_PROXY: proxy };
		const allowed = { env, egress: allowOutside, url: `http://${OUTSIDE}:${port()}/text?body=hi` };
		expect([await nodeSends(allowed), await builtInSends(allowed)]).toEqual(['proxy', 'proxy']);
		const refused = { ...allowed, url: http() };
		expect([await nodeSends(refused), await builtInSends(refused)]).toEqual([
			'nothing sent',
			'nothing sent',
		]);
		const to = encodeURIComponent(http());
		const redirect = { ...allowed, url: `http://${OUTSIDE}:${port()}/redirect?to=${to}` };
		expect([await nodeSends(redirect), await builtInSends(redirect)]).toEqual([
			'sent, without an answer',
			'sent, without an answer',
		]);
	});

	it('as in n8n: the node’s proxy has to be allowed as well', async () => {
		const url = `http://${OUTSIDE}:${port()}/text?body=hi`;
		const refused = { url, ownProxy: proxy, egress: allowOutside };
		expect([await nodeSends(refused), await builtInSends(refused)]).toEqual([
			'nothing sent',
			'nothing sent',
		]);
		const allowed = { ...refused, egress: allowBoth };
		expect([await nodeSends(allowed), await builtInSends(allowed)]).toEqual(['proxy', 'proxy']);
	});
});

it('asks for OAuth2 tokens through it, as for the API', async () => {
	const authorization = await AuthorizationServer.start();
	try {
		const credential = authorization.serviceCredential();
		const { items, error } = await sendItems(
			{
				url: `=${authorization.origin}/api/items?id={{ $json.id }}`,
				...{ authentication: 'genericCredentialType', genericAuthType: 'oAuth2Api' },
			},
			{
				credentials: { oAuth2Api: credential },
				...{ items: numbered(5), env: { HTTP_PROXY: proxy } },
			},
		);
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toHaveLength(5);
		// Stopped, it has written its log to the end.
		await squid.stop();
		const log = await squid.log();
		const asked = log.filter(({ target }) => target.startsWith(`${authorization.origin}/`));
		expect(asked.map(({ method, target }) => `${method} ${new URL(target).pathname}`)).toEqual([
			'POST /token',
			...Array.from({ length: 5 }, () => 'GET /api/items'),
		]);
	} finally {
		await authorization.close();
	}
});
