import { dirname, join } from 'node:path';
import fc from 'fast-check';

import { chooseProxy } from '../../../nodes/ConcurrentHttpRequest/transport/proxy.ts';

const NAMES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
	name,
	`npm_config_${name}`,
]);
const before = { ...process.env };

function setEnvironment(variables: Record<string, string>): void {
	for (const name of NAMES.flatMap((each) => [each, each.toUpperCase()])) delete process.env[name];
	Object.assign(process.env, variables);
}

afterEach(() => {
	setEnvironment({});
	for (const [name, value] of Object.entries(before)) process.env[name] = value;
});

const fromEnvironment = (url: string) => ({ url, chosenInNode: false, secrets: [] });

it.each([
	[{}, 'http://x.test/', undefined],
	[{ HTTP_PROXY: 'http://p:1' }, 'http://x.test/', 'http://p:1'],
	[{ http_proxy: 'http://p:1' }, 'http://x.test/', 'http://p:1'],
	[{ HTTP_PROXY: 'http://p:1' }, 'https://x.test/', undefined],
	[{ HTTPS_PROXY: 'http://p:1' }, 'https://x.test/', 'http://p:1'],
	[{ HTTPS_PROXY: 'http://p:1' }, 'http://x.test/', undefined],
	[{ ALL_PROXY: 'http://p:1' }, 'http://x.test/', 'http://p:1'],
	[{ ALL_PROXY: 'http://p:1', HTTPS_PROXY: 'http://q:2' }, 'https://x.test/', 'http://q:2'],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: '*' }, 'http://x.test/', undefined],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: 'x.test' }, 'http://x.test:8080/', undefined],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: 'x.test:80' }, 'http://x.test:8080/', 'http://p:1'],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: '.x.test' }, 'http://a.x.test/', undefined],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: 'y.test,x.test' }, 'http://x.test/', undefined],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: 'test' }, 'http://x.test/', 'http://p:1'],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: '127.0.0.1' }, 'http://127.0.0.1/', undefined],
	[{ HTTP_PROXY: '' }, 'http://x.test/', undefined],
	[{ npm_config_https_proxy: 'http://p:1' }, 'https://x.test/', 'http://p:1'],
	// n8n loses the brackets of an address, and with them most of it.
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: '[::1]' }, 'http://[::1]/', 'http://p:1'],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: '[::1]:8080' }, 'http://[::1]:8080/', 'http://p:1'],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: '*' }, 'http://[::1]/', undefined],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: 'X.TEST' }, 'http://x.test/', undefined],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: 'x.test' }, 'http://X.Test/', undefined],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: 'x.test.' }, 'http://x.test/', 'http://p:1'],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: '10.0.0.0/8' }, 'http://10.0.0.1/', 'http://p:1'],
])('%j: %s by %s', (environment, target, expected) => {
	setEnvironment(environment);
	expect(chooseProxy(new URL(target), undefined)).toEqual(
		expected === undefined ? undefined : fromEnvironment(expected),
	);
});

describe('as n8n’s own agents choose', () => {
	const hosts = fc.oneof(
		fc.constantFrom('x.test', 'a.x.test', 'X.Test', 'x.test.', 'xn--bcher-kva.test', 'a_b.test'),
		fc.constantFrom('127.0.0.1', 'localhost', '[::1]', '[::]', '[fe80::]', '[::ffff:127.0.0.1]'),
		fc.ipV6().map((address) => `[${address}]`),
		fc.domain(),
	);
	const ports = fc.constantFrom('', ':80', ':443', ':8080');
	const exceptions = fc.oneof(
		fc.tuple(hosts, ports).map((parts) => parts.join('')),
		hosts.map((host) => host.replace(/[[\]]/g, '')),
		hosts.map((host) => `*${host}`),
		hosts.map((host) => `.${host}`),
		fc.constantFrom('*', '::1', '*:1', '[*]', 'fe80', ':1', '', 'test'),
	);

	it('by NO_PROXY, for any host, port and exception', () => {
		const request = fc.record({
			...{ protocol: fc.constantFrom<'http' | 'https'>('http', 'https'), host: hosts, port: ports },
			exceptions: fc.array(exceptions, { maxLength: 3 }),
		});
		fc.assert(
			fc.property(request, ({ protocol, host, port, exceptions: list }) => {
				setEnvironment({ ALL_PROXY: 'http://p:1', NO_PROXY: list.join(',') });
				const url = new URL(`${protocol}://${host}${port}/`);
				const { router, target } = n8nRouter(url);
				expect(chooseProxy(url, undefined)?.url).toBe(router.resolve(target));
			}),
			{
				numRuns: 1000,
				examples: [
					[{ protocol: 'http', host: '[::1]', port: '', exceptions: ['[::1]'] }],
					[{ protocol: 'http', host: '[::1]', port: '', exceptions: ['::1'] }],
					[{ protocol: 'https', host: '[2001:db8::1:2]', port: ':8443', exceptions: ['2001'] }],
				],
			},
		);
	});
});

interface Router {
	resolve(options: { hostname: string; port: string | undefined }): string | undefined;
}

/** What n8n's agents ask for a URL: axios hands them a host without brackets. */
function n8nRouter({ protocol, hostname, port }: URL) {
	const folder = dirname(require.resolve('@n8n/backend-network'));
	const { EnvProxyRouter } = jest.requireActual<{
		EnvProxyRouter: new (
			scheme: string,
			defaultPort: number,
			createAgent: (proxy: string) => string,
		) => Router;
	}>(join(folder, 'http/env-proxy-router.js'));
	const router = new EnvProxyRouter(
		protocol.slice(0, -1),
		protocol === 'https:' ? 443 : 80,
		(proxy) => proxy,
	);
	const target = { hostname: hostname.replace(/^\[|\]$/g, ''), port: port || undefined };
	return { router, target };
}

it('takes the option of the node before the environment, and whatever NO_PROXY says', () => {
	setEnvironment({ HTTP_PROXY: 'http://p:1', NO_PROXY: '*' });
	expect(chooseProxy(new URL('http://x.test/'), 'http://mine:1')).toEqual({
		url: 'http://mine:1',
		chosenInNode: true,
		secrets: [],
	});
});

it('tells what of an address is secret: the password, and what is sent of it', () => {
	const login = Buffer.from('me:p@ss').toString('base64');
	const url = 'http://me:p%40ss@mine:1';
	expect(chooseProxy(new URL('http://x.test/'), url)?.secrets).toEqual(['p@ss', login]);
	// Some services take a key for the user's name, and no password.
	expect(chooseProxy(new URL('http://x.test/'), 'http://k3y:@mine:1')?.secrets).toEqual([
		'k3y',
		Buffer.from('k3y:').toString('base64'),
	]);
	setEnvironment({ HTTP_PROXY: url });
	expect(chooseProxy(new URL('http://x.test/'), undefined)?.secrets).toEqual(['p@ss', login]);
});
