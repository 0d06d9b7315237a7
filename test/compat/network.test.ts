/** How requests travel: HTTP/2, TLS, proxies; and where n8n's SSRF protection lets them go. */
import { createInstance } from '../../scripts/n8n/instance.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { sharedN8n } from '../n8n/support/sharedN8n.ts';
import { numbersUpTo, pairsOf } from '../n8n/support/workflows.ts';
import { TestProxy } from '../support/TestProxy.ts';
import { TestServer } from '../support/TestServer.ts';
import { SECRET } from './support/genericCredentials.ts';
import { send } from './support/send.ts';

jest.setTimeout(240_000);

describe('Connections', () => {
	const n8n = sharedN8n();

	it('HTTP/2', async () => {
		const server = await TestServer.start({ http2: true });
		const url = `${server.origin}/delay?ms=5&id={{ $json.id }}`;
		const { status, items } = await send(
			n8n,
			{
				url: `=${url}`,
				maxConcurrency: 20,
				options: { allowUnauthorizedCerts: true, http2: true },
			},
			{ items: numbersUpTo(100).map((id) => ({ id })) },
		);
		expect([status, pairsOf(items)]).toEqual(['success', numbersUpTo(100)]);
		expect(new Set(server.requests.map(({ httpVersion }) => httpVersion))).toEqual(
			new Set(['2.0']),
		);
		await server.close();
	});

	it('a TLS certificate that nobody vouches for is refused', async () => {
		const server = await TestServer.start({ tls: true });
		const { status, said } = await send(n8n, { url: server.origin });
		expect([status, said]).toEqual(['error', expect.stringMatching(/certificate/i)]);
		expect(server.requests).toEqual([]);
		await server.close();
	});

	it.each([false, true])('a proxy (TLS to the server: %s)', async (tls) => {
		const server = await TestServer.start({ tls });
		const proxy = await TestProxy.start();
		const options = { proxy: proxy.url, allowUnauthorizedCerts: true };
		const { status } = await send(n8n, { url: `${server.origin}/echo`, options });
		expect([status, server.requests.length]).toEqual(['success', 1]);
		expect(proxy.requests).toHaveLength(1);
		await Promise.all([server.close(), proxy.close()]);
	});
});

describe('SSRF protection', () => {
	let n8n: RunningN8n;
	/** What has to be kept out of reach. */
	let inside: TestServer;
	/** Stands for the internet, on the same port. */
	let outside: TestServer;

	const OUTSIDE = '127.0.0.2';

	beforeAll(async () => {
		inside = await TestServer.start();
		outside = await TestServer.start({ host: OUTSIDE, port: Number(new URL(inside.origin).port) });
		const instance = await createInstance({
			name: 'test-compat-egress',
			fresh: true,
			env: { N8N_SSRF_PROTECTION_ENABLED: 'true', N8N_SSRF_ALLOWED_IP_RANGES: `${OUTSIDE}/32` },
		});
		n8n = await instance.start();
	});

	beforeEach(() => {
		inside.reset();
		outside.reset();
	});

	afterAll(async () => {
		await n8n?.stop();
		await Promise.all([inside?.close(), outside?.close()]);
	});

	const expectRefused = async (url: string) => {
		const { status, said } = await send(n8n, { url });
		expect([status, said]).toEqual(['error', expect.stringMatching(/not allowed|blocked/i)]);
		expect(inside.connections).toBe(0);
	};

	const named = (host: string) => inside.origin.replace('127.0.0.1', host);

	it('lets requests go to an address that is allowed', async () => {
		const { status } = await send(n8n, { url: `${outside.origin}/echo` });
		expect([status, outside.requests.length]).toEqual(['success', 1]);
	});

	it.each(['127.0.0.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '[64:ff9b::127.0.0.1]'])(
		'refuses the address %s',
		async (host) => await expectRefused(named(host)),
	);

	it('refuses a name that stands for such an address', async () => {
		await expectRefused(named('localhost'));
	});

	it('refuses a redirect to one', async () => {
		for (const host of ['127.0.0.1', 'localhost']) {
			await expectRefused(`${outside.origin}/redirect?to=${encodeURIComponent(named(host))}`);
		}
	});

	it('refuses a proxy at one', async () => {
		const proxy = await TestProxy.start();
		const { status } = await send(n8n, {
			url: `${outside.origin}/echo`,
			options: { proxy: proxy.url },
		});
		expect([status, proxy.connections]).toEqual(['error', 0]);
		await proxy.close();
	});

	it('refuses the server of an OAuth2 token at one', async () => {
		const credential = {
			...{ name: 'OAuth2', type: 'oAuth2Api' },
			data: {
				...{ grantType: 'clientCredentials', accessTokenUrl: `${named('localhost')}/token` },
				...{ clientId: 'service', clientSecret: SECRET, authentication: 'header' },
			},
		};
		const { status } = await send(n8n, { url: `${outside.origin}/echo` }, { credential });
		expect([status, inside.connections]).toEqual(['error', 0]);
	});

	it('refuses the test of a credential at one', async () => {
		const data = { baseUrl: inside.origin, authType: 'bearer', token: SECRET, testPath: '/json' };
		const credential = { name: 'API', type: 'concurrentHttpApi', data };
		const { id } = await n8n.createCredential(credential);
		expect(await n8n.testCredential(id, credential)).toMatchObject({ status: 'Error' });
		expect(inside.connections).toBe(0);
	});
});
