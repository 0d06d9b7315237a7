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
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: '[::1]' }, 'http://[::1]/', undefined],
	[{ HTTP_PROXY: 'http://p:1', NO_PROXY: '10.0.0.0/8' }, 'http://10.0.0.1/', 'http://p:1'],
])('%j: %s by %s', (environment, target, expected) => {
	setEnvironment(environment);
	expect(chooseProxy(new URL(target), undefined)).toEqual(
		expected === undefined ? undefined : fromEnvironment(expected),
	);
});

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
	expect(chooseProxy(new URL('http://x.test/'), 'http://me:p@mine:1')?.secrets).toEqual([
		Buffer.from('me:p').toString('base64'),
	]);
	setEnvironment({ HTTP_PROXY: url });
	expect(chooseProxy(new URL('http://x.test/'), undefined)?.secrets).toEqual(['p@ss', login]);
});
