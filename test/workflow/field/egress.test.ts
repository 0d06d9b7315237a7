/**
 * IPv6 addresses that stand for IPv4 addresses, under n8n's protection against server-side request
 * forgery. n8n's own list, before 3.0, has the IPv4-mapped ones only: `http://[::]/` reached loopback.
 */
import dns from 'node:dns';
import type { LookupAddress } from 'node:dns';
import fc from 'fast-check';
import type { INodeParameters } from 'n8n-workflow';
import { n8nEgressPolicy } from '../../../nodes/ConcurrentHttpRequest/egress/n8nEgressPolicy.ts';
import { readSsrfAllowLists } from '../../../nodes/ConcurrentHttpRequest/egress/ssrfAllowLists.ts';
import { TestServer } from '../../support/TestServer.ts';
import { egressEnvironment, egressFilter } from '../../support/workflow/egress.ts';
import type { EgressRules } from '../../support/workflow/egress.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

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

/** n8n's rules, with the server let through. */
const egress: EgressRules = { allowedIpRanges: ['127.0.0.1/32'] };

/** Each stands for an address that n8n refuses. */
const FORBIDDEN = [
	['the unspecified address (RFC 4291 section 2.5.2)', '::'],
	['IPv4-compatible (RFC 4291 section 2.5.5.1)', '::127.0.0.2'],
	['IPv4-mapped (RFC 4291 section 2.5.5.2)', '::ffff:127.0.0.2'],
	['IPv4-translated (RFC 2765 section 2.1)', '::ffff:0:127.0.0.2'],
	['NAT64 (RFC 6052 section 2.1)', '64:ff9b::169.254.169.254'],
	['NAT64 for local use (RFC 8215)', '64:ff9b:1::10.0.0.1'],
	['NAT64 for local use, length 48 (RFC 6052 section 2.2)', '64:ff9b:1:a00:0:100::'],
	['6to4 (RFC 3056 section 2)', '2002:a00:1::1'],
	['Teredo, its client (RFC 4380 section 4)', '2001:0:808:808:8000:63bf:f5ff:fffe'],
	['Teredo, its server (RFC 4380 section 4)', '2001:0:a00:1:8000:63bf:3fff:fdd2'],
] as const;

/** Every look-up of a name, by whichever function of `node:dns`, finds this address. */
function resolveTo(address: string): void {
	type Callback = (error: null, address: unknown, family?: number) => void;
	const found: LookupAddress = { address, family: address.includes(':') ? 6 : 4 };
	const lookup = (_name: string, options: { all?: boolean }, callback: Callback) =>
		options.all ? callback(null, [found]) : callback(null, found.address, found.family);
	jest.spyOn(dns, 'lookup').mockImplementation(lookup as never);
	const promised = async (_name: string, options?: { all?: boolean }) =>
		await Promise.resolve(options?.all ? [found] : found);
	jest.spyOn(dns.promises, 'lookup').mockImplementation(promised as never);
}

async function expectRefused(parameters: INodeParameters, rules: EgressRules): Promise<void> {
	const { error, items } = await sendItems(parameters, { egress: rules });
	expect(items).toEqual([]);
	expect(`${error?.message} ${error?.description}`).toMatch(/not allowed|blocked/i);
}

describe.each(FORBIDDEN)('%s', (_kind, address) => {
	it('is refused in a URL', async () => {
		await expectRefused({ url: `http://[${address}]:${port}/` }, egress);
	});

	it('is refused as the address of a name', async () => {
		resolveTo(address);
		await expectRefused({ url: `http://a.example.com:${port}/` }, egress);
	});

	it('is refused in a redirect', async () => {
		const to = encodeURIComponent(`http://[${address}]:${port}/`);
		await expectRefused({ url: `${server.origin}/redirect?to=${to}` }, egress);
		expect(server.requests).toHaveLength(1);
	});

	it('is refused in the next page’s URL', async () => {
		const next = `={{ $pageCount ? "http://[${address}]:${port}/" : undefined }}`;
		const pagination = {
			pagination: { paginationMode: 'responseContainsNextURL', nextURL: next },
		};
		await expectRefused({ url: `${server.origin}/json`, options: { pagination } }, egress);
		expect(server.requests).toHaveLength(1);
	});

	it('is refused as a proxy', async () => {
		const options = { proxy: `http://[${address}]:${port}` };
		await expectRefused({ url: server.origin, options }, egress);
	});

	it('is refused as the address of a proxy’s name', async () => {
		resolveTo(address);
		const options = { proxy: `http://proxy.example.com:${port}` };
		await expectRefused({ url: server.origin, options }, egress);
	});

	it('is refused behind a proxy of the environment', async () => {
		const { error } = await sendItems(
			{ url: `http://[${address}]/` },
			{ egress, env: { HTTP_PROXY: server.origin } },
		);
		expect(`${error?.message} ${error?.description}`).toMatch(/not allowed|blocked/i);
		expect(server.connections).toBe(0);
	});
});

it('says which address an address stands for', async () => {
	const { error } = await sendItems({ url: 'http://[64:ff9b::a00:1]/' }, { egress });
	expect(error?.message).toMatch(/64:ff9b::a00:1 stands for 10\.0\.0\.1/);
});

/** How an IPv6 address embeds an IPv4 address: its bytes in hexadecimal. */
const EMBEDDINGS: Array<(hex: string) => string> = [
	(hex) => `::${groups(hex)}`,
	(hex) => `::ffff:${groups(hex)}`,
	(hex) => `::ffff:0:${groups(hex)}`,
	(hex) => `64:ff9b::${groups(hex)}`,
	(hex) => `2002:${groups(hex)}::1`,
	(hex) => `2001:0:${groups(hex)}:0:0:f7f7:f7f7`,
	(hex) => `2001:0:808:808:0:0:${groups(invert(hex))}`,
];

/** With a prefix for local use, an address may stand for more than one. */
const LOCAL_EMBEDDINGS: Array<(hex: string) => string> = [
	(hex) => `64:ff9b:1::${groups(hex)}`,
	(hex) => `64:ff9b:1:abcd::${groups(hex)}`,
	(hex) => `64:ff9b:1:${groups(`${hex.slice(0, 4)}00${hex.slice(4)}00`)}::`,
	(hex) => `64:ff9b:1:${groups(`ab${hex.slice(0, 2)}00${hex.slice(2)}`)}::`,
	(hex) => `64:ff9b:1:${groups(`abcd00${hex}00`)}:0`,
];

function groups(hex: string): string {
	return (hex.match(/.{4}/g) ?? []).join(':');
}

function invert(hex: string): string {
	return ((Number(`0x${hex}`) ^ 0xffff_ffff) >>> 0).toString(16).padStart(8, '0');
}

/** Half of them in ranges that n8n refuses. */
const ipv4 = fc.oneof(
	fc.ipV4(),
	fc.ipV4().map((address) => address.replace(/^\d+\.\d+/, '192.168')),
	fc.ipV4().map((address) => address.replace(/^\d+/, '10')),
	fc.ipV4().map((address) => address.replace(/^\d+/, '0')),
);

const ruleSets: EgressRules[] = [
	{},
	{ allowedIpRanges: ['10.0.0.0/9'] },
	{ blockedIpRanges: ['128.0.0.0/1'] },
	{ blockedIpRanges: [] },
];

describe.each(ruleSets)('with the rules %j', (rules) => {
	const policy = n8nEgressPolicy(egressFilter(rules), readSsrfAllowLists(egressEnvironment(rules)));
	const isRefused = async (host: string): Promise<boolean> => {
		const connection = policy.connectionHostError(host) !== undefined;
		const bare = policy.connectionHostError(host.replace(/^\[|\]$/g, '')) !== undefined;
		const url = await policy.checkUrl(new URL(`http://${host}/`)).then(
			() => false,
			() => true,
		);
		// Each way alone has to hold.
		expect([connection, bare]).toEqual([url, url]);
		return url;
	};
	const hexOf = (address: string) =>
		address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));

	it('refuses each embedding of an address exactly where it refuses the address', async () => {
		await fc.assert(
			fc.asyncProperty(ipv4, async (address) => {
				const refused = await isRefused(address);
				const hex = hexOf(address).join('');
				for (const embed of EMBEDDINGS) {
					// It is loopback.
					if (embed(hex) === '::0000:0001') continue;
					expect([embed(hex), await isRefused(`[${embed(hex)}]`)]).toEqual([embed(hex), refused]);
				}
				for (const embed of LOCAL_EMBEDDINGS) {
					if (refused)
						expect([embed(hex), await isRefused(`[${embed(hex)}]`)]).toEqual([embed(hex), true]);
				}
			}),
		);
	});
});

describe('an address that stands for a forbidden one is let through', () => {
	/** Nobody needs to be there: the policy does not refuse it. */
	const expectTried = async (host: string, rules: EgressRules | undefined) => {
		const { error } = await sendItems(
			{ url: `http://${host}:1/`, options: { timeout: 1_000 } },
			{ egress: rules },
		);
		expect(error).toBeDefined();
		expect(`${error?.message} ${error?.description}`).not.toMatch(/not allowed|blocked/i);
	};

	it('where the protection is off', async () => {
		await expectTried('[::]', undefined);
	});

	it('where its IPv4 address is allowed', async () => {
		await expectTried('[::]', { allowedIpRanges: ['0.0.0.0/32'] });
	});

	it('where it is allowed itself', async () => {
		await expectTried('[::]', { allowedIpRanges: ['::/128'] });
	});

	it('where its name is allowed', async () => {
		resolveTo('::');
		await expectTried('a.example.com', { allowedHostnames: ['*.example.com'] });
	});

	it('as loopback, where that is allowed', async () => {
		await expectTried('[::1]', { allowedIpRanges: ['::1/128'] });
	});
});
