/** n8n's protection against server-side request forgery (`N8N_SSRF_PROTECTION_ENABLED=true`). */
import dns from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { SSRF_DEFAULT_BLOCKED_IP_RANGES } from '@n8n/config';
import type { INodeParameters } from 'n8n-workflow';
import { takeRefusals } from '../support/loopbackOnly.ts';
import { TestProxy } from '../support/TestProxy.ts';
import { TestServer } from '../support/TestServer.ts';
import type { EgressRules } from '../support/workflow/egress.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { pairsOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;
let port: string;

beforeAll(async () => {
	server = await TestServer.start();
	port = new URL(server.origin).port;
});

beforeEach(() => server.reset());

afterEach(() => {
	jest.restoreAllMocks();
});

afterAll(async () => {
	await server.close();
});

const BLOCKED = /not allowed|blocked/i;

/** n8n's rules with this one server let through, so that a redirect has somewhere to come from. */
const egress = { allowedIpRanges: ['127.0.0.1/32'] };

/**
 * Answers every look-up of a name, by whichever function of `node:dns`, with these addresses,
 * one after the other and the last one from then on.
 */
function resolveTo(...addresses: string[]): { names: string[] } {
	const names: string[] = [];
	const next = (name: string): LookupAddress => {
		names.push(name);
		const address = addresses.length > 1 ? addresses.shift()! : addresses[0]!;
		return { address, family: address.includes(':') ? 6 : 4 };
	};
	type Callback = (error: null, address: unknown, family?: number) => void;
	const stub = (name: string, options: { all?: boolean } | Callback, callback?: Callback) => {
		const found = next(name);
		const done = (callback ?? options) as Callback;
		if (typeof options === 'object' && options.all) done(null, [found]);
		else done(null, found.address, found.family);
	};
	jest.spyOn(dns, 'lookup').mockImplementation(stub as never);
	const promised = async (name: string, options?: { all?: boolean }) =>
		options?.all ? [next(name)] : next(name);
	jest.spyOn(dns.promises, 'lookup').mockImplementation(promised as never);
	return { names };
}

async function expectBlocked(parameters: INodeParameters, rules = {}): Promise<void> {
	const { error, items } = await sendItems(parameters, { egress: rules });
	expect(items).toEqual([]);
	expect(error?.name).toBe('NodeApiError');
	expect(`${error?.message} ${error?.description}`).toMatch(BLOCKED);
}

describe('a request', () => {
	it.each([
		['loopback', 'http://127.0.0.1:PORT/'],
		['loopback, elsewhere in its range', 'http://127.8.9.1:PORT/'],
		['loopback, written as a number', 'http://2130706433:PORT/'],
		['loopback, written in hexadecimal', 'http://0x7f.1:PORT/'],
		['loopback, written in octal', 'http://0177.0.0.1:PORT/'],
		['loopback in IPv6', 'http://[::1]:PORT/'],
		['loopback in IPv6, as IPv4', 'http://[::ffff:127.0.0.1]:PORT/'],
		['any address', 'http://0.0.0.0:PORT/'],
		['link-local', 'http://169.254.169.254/latest/meta-data'],
		['link-local in IPv6', 'http://[fe80::1]:PORT/'],
		['private, class A', 'http://10.0.0.1:PORT/'],
		['private, class B', 'http://172.16.0.1:PORT/'],
		['private, class C', 'http://192.168.1.1:PORT/'],
		['private in IPv6', 'http://[fd00::1]:PORT/'],
		['over TLS', 'https://127.0.0.1:PORT/'],
	])('to an address is refused: %s', async (_name, url) => {
		await expectBlocked({ url: url.replace('PORT', port) });
		expect(server.connections).toBe(0);
	});

	it('to a name is refused where its address is: localhost', async () => {
		await expectBlocked({ url: `http://localhost:${port}/` });
		expect(server.connections).toBe(0);
	});

	it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1'])(
		'to a name is refused where its address is: %s',
		async (address) => {
			const { names } = resolveTo(address);
			await expectBlocked({ url: `http://internal.example.com:${port}/` });
			expect(names).toContain('internal.example.com');
			expect(server.connections).toBe(0);
		},
	);

	it('to a name that changes its address between two look-ups is refused', async () => {
		// The check sees a public address, the connection would get the server's.
		const { names } = resolveTo('93.184.215.14', '127.0.0.1');
		await expectBlocked({ url: `http://rebinding.example.com:${port}/` });
		expect(names.length).toBeGreaterThan(1);
		expect(server.connections).toBe(0);
	});

	/** A run of three requests on connections of their own, to a name that moves to another server. */
	async function sendToMovingName(whenAnswered: () => void = () => {}) {
		const allowed = { allowedIpRanges: ['127.0.0.1/32'] };
		const elsewhere = await TestServer.start({ host: '127.0.0.2', port: Number(port) });
		server.route('/once', (_request, response) => {
			response.setHeader('connection', 'close').end();
			whenAnswered();
		});
		const { names } = resolveTo('127.0.0.1', '127.0.0.1', '127.0.0.2');
		const { items } = await sendItems(
			{ url: `http://rebinding.example.com:${port}/once`, maxConcurrency: 1 },
			{ items: numbered(3), egress: allowed, onError: 'continueRegularOutput' },
		);
		await elsewhere.close();
		return {
			failed: items.map(({ json }) => 'error' in json),
			names,
			connections: [server.connections, elsewhere.connections],
		};
	}

	it('to a name that changes its address goes on to the address that was checked', async () => {
		const { failed, names, connections } = await sendToMovingName();
		expect(failed).toEqual([false, false, false]);
		expect(connections).toEqual([3, 0]);
		// By the check of the URL and by the first connection.
		expect(names).toHaveLength(2);
	});

	it('to a name that changes its address is refused as soon as it is looked up again', async () => {
		let now = 0;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		const { failed, names, connections } = await sendToMovingName(() => (now += 30_001));
		expect(failed).toEqual([false, true, true]);
		expect(connections).toEqual([1, 0]);
		expect(names.length).toBeGreaterThan(2);
	});

	it('is refused for the one item, and the others get their responses', async () => {
		const { items } = await sendItems(
			{ url: `=http://127.0.0.{{ $json.id === 1 ? 2 : 1 }}:${port}/text` },
			{ items: numbered(3), egress, onError: 'continueRegularOutput' },
		);
		expect(pairsOf(items)).toEqual([0, 1, 2]);
		expect(items.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
		expect(server.requests).toHaveLength(2);
	});

	it('is refused by name, where the administrator lists it', async () => {
		resolveTo('127.0.0.1');
		const rules = { ...egress, blockedHostnames: ['*.example.com'] };
		await expectBlocked({ url: `http://api.example.com:${port}/` }, rules);
		expect(server.connections).toBe(0);
	});

	it('is sent where the administrator allows the name', async () => {
		resolveTo('127.0.0.1');
		const { error } = await sendItems(
			{ url: `http://api.example.com:${port}/text` },
			{ egress: { allowedHostnames: ['api.example.com'] } },
		);
		expect(error).toBeUndefined();
		expect(server.requests).toHaveLength(1);
	});

	it('is sent anywhere where the protection is off', async () => {
		const { error } = await sendItems({ url: `http://localhost:${port}/text` });
		expect(error).toBeUndefined();
		expect(server.requests).toHaveLength(1);
	});
});

describe('a redirect', () => {
	const redirectTo = (to: string): INodeParameters => ({
		url: `${server.origin}/redirect?to=${encodeURIComponent(to.replace('PORT', port))}`,
	});

	it.each([
		['loopback', 'http://127.0.0.2:PORT/'],
		['loopback, written as a number', 'http://2130706434:PORT/'],
		['loopback in IPv6', 'http://[::1]:PORT/'],
		['link-local', 'http://169.254.169.254/latest/meta-data'],
		['private', 'http://10.0.0.1:PORT/'],
		['private in IPv6', 'http://[fd00::1]:PORT/'],
		['private, without a protocol', '//192.168.1.1:PORT/'],
	])('to an address is refused: %s', async (_name, to) => {
		await expectBlocked(redirectTo(to), egress);
		expect(server.requests).toHaveLength(1);
	});

	it('to a name is refused where its address is', async () => {
		const { names } = resolveTo('10.0.0.1');
		await expectBlocked(redirectTo('http://internal.example.com:PORT/'), egress);
		expect(names).toContain('internal.example.com');
		expect(server.requests).toHaveLength(1);
	});

	it('to a name that changes its address between two look-ups is refused', async () => {
		const elsewhere = await TestServer.start({ host: '127.0.0.2', port: Number(port) });
		const { names } = resolveTo('93.184.215.14', '127.0.0.2');
		await expectBlocked(redirectTo('http://rebinding.example.com:PORT/'), egress);
		expect(names.length).toBeGreaterThan(1);
		expect(elsewhere.connections).toBe(0);
		await elsewhere.close();
	});

	it('is followed where its target is allowed', async () => {
		const { error } = await sendItems(redirectTo('http://127.0.0.1:PORT/text'), { egress });
		expect(error).toBeUndefined();
		expect(server.requests).toHaveLength(2);
	});
});

describe('with the block list of n8n 3.0', () => {
	/** The shared address space (RFC 6598), NAT64, Teredo and 6to4. */
	const added = ['100.64.0.0/10', '64:ff9b::/96', '64:ff9b:1::/48', '2001::/32', '2002::/16'];
	const blockedIpRanges = [...SSRF_DEFAULT_BLOCKED_IP_RANGES, ...added];
	const SHARED_SPACE = '100.64.0.7';

	it.each([
		['the shared address space', `http://${SHARED_SPACE}:9/`],
		['its last address', 'http://100.127.255.255:9/'],
		['NAT64 for a public address', 'http://[64:ff9b::5db8:d70e]:9/'],
		['local NAT64 for a public address', 'http://[64:ff9b:1::5db8:d70e]:9/'],
		['Teredo between public addresses', 'http://[2001:0:5db8:d70e::a247:28f1]:9/'],
		['6to4 for a public address', 'http://[2002:5db8:d70e::1]:9/'],
	])('a request and a redirect to an address are refused: %s', async (_name, url) => {
		await expectBlocked({ url }, { blockedIpRanges });
		const rules = { ...egress, blockedIpRanges };
		const redirect = `${server.origin}/redirect?to=${encodeURIComponent(url)}`;
		await expectBlocked({ url: redirect }, rules);
		expect(server.requests).toHaveLength(1);
	});

	it('a request to a name is refused where its address is', async () => {
		resolveTo(SHARED_SPACE);
		await expectBlocked({ url: 'http://internal.example.com:9/' }, { blockedIpRanges });
	});

	it('a request is sent where the administrator allows the address', async () => {
		const allowedIpRanges = [`${SHARED_SPACE}/32`];
		const rules = { blockedIpRanges, allowedIpRanges };
		await sendItems({ url: `http://${SHARED_SPACE}:9/` }, { egress: rules });
		// It would have been, if a test could leave this machine.
		expect(takeRefusals()).toContain(`${SHARED_SPACE}:9`);
	});
});

describe('a proxy', () => {
	let proxy: TestProxy;

	beforeEach(async () => {
		proxy = await TestProxy.start();
	});

	afterEach(async () => {
		await proxy.close();
	});

	it('that the workflow names is refused where its address is', async () => {
		resolveTo('93.184.215.14');
		const options = { proxy: proxy.url };
		await expectBlocked({ url: 'http://api.example.com/', options });
		expect(proxy.connections).toBe(0);
	});

	it('that the workflow names does not bypass the rules', async () => {
		const rules = { allowedIpRanges: [`127.0.0.1/32`] };
		const options = { proxy: proxy.url };
		await expectBlocked({ url: `http://127.0.0.2:${port}/`, options }, rules);
		expect(proxy.requests).toEqual([]);
	});

	it('of the environment does not bypass the rules', async () => {
		const { error } = await sendItems(
			{ url: `http://127.0.0.2:${port}/` },
			{ egress: {}, env: { HTTP_PROXY: proxy.url } },
		);
		expect(`${error?.message} ${error?.description}`).toMatch(BLOCKED);
		expect(proxy.requests).toEqual([]);
	});
});

describe('a token request of OAuth2', () => {
	const tokenFrom = async (accessTokenUrl: string, rules: EgressRules) => {
		server.route('/token', (_request, response) =>
			response
				.setHeader('content-type', 'application/json')
				.end('{"access_token":"a token","token_type":"bearer"}'),
		);
		const oAuth2Api = {
			...{ grantType: 'clientCredentials', clientId: 'id', clientSecret: 'secret', accessTokenUrl },
			...{ authentication: 'body', scope: '' },
		};
		return await sendItems(
			{
				url: `${server.origin}/text`,
				...{ authentication: 'genericCredentialType', genericAuthType: 'oAuth2Api' },
			},
			{ egress: rules, credentials: { oAuth2Api } },
		);
	};

	it.each([
		'http://127.0.0.2:PORT/token',
		'http://localhost:PORT/token',
		'http://[::]:PORT/token',
		'http://10.0.0.1/token',
		'http://169.254.169.254/latest/meta-data',
	])('is refused where the address of the server is: %s', async (url) => {
		// A name has the address that is not allowed, too.
		resolveTo('127.0.0.2');
		const { error, items } = await tokenFrom(url.replace('PORT', port), egress);
		expect(items).toEqual([]);
		expect(`${error?.message} ${error?.description}`).toMatch(BLOCKED);
		expect(server.connections).toBe(0);
	});

	it('is sent where the address is allowed', async () => {
		const { error } = await tokenFrom(`${server.origin}/token`, egress);
		expect(error).toBeUndefined();
		expect(server.requests.map(({ url }) => url)).toEqual(['/token', '/text']);
	});
});

describe('the next page', () => {
	it.each(['http://127.0.0.2:PORT/', 'http://[::1]:PORT/', 'http://169.254.169.254/'])(
		'is refused where its address is: %s',
		async (url) => {
			const next = `={{ $pageCount ? "${url.replace('PORT', port)}" : undefined }}`;
			const pagination = {
				pagination: { paginationMode: 'responseContainsNextURL', nextURL: next },
			};
			await expectBlocked({ url: `${server.origin}/json`, options: { pagination } }, egress);
			expect(server.requests).toHaveLength(1);
		},
	);
});

describe('a response to a Digest challenge', () => {
	it('is not sent to a name whose address has become forbidden', async () => {
		let now = 0;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		server.route('/digest', (_request, response) => {
			now += 30_001;
			response.statusCode = 401;
			response.setHeader('www-authenticate', 'Digest realm="r", nonce="n", qop="auth"');
			response.setHeader('connection', 'close').end();
		});
		resolveTo('127.0.0.1', '127.0.0.1', '127.0.0.2');
		const { error } = await sendItems(
			{
				url: `http://rebinding.example.com:${port}/digest`,
				...{ authentication: 'genericCredentialType', genericAuthType: 'httpDigestAuth' },
			},
			{ egress, credentials: { httpDigestAuth: { user: 'ada', password: 'secret' } } },
		);
		expect(`${error?.message} ${error?.description}`).toMatch(BLOCKED);
		expect(server.requests).toHaveLength(1);
	});
});
