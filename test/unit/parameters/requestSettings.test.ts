import { readRequestSettings } from '../../../nodes/ConcurrentHttpRequest/parameters/requestSettings.ts';
import { DEFAULT_SETTINGS } from '../transport/requestTo.ts';
import { parametersOf } from './parametersOf.ts';

const settings = (options: Record<string, unknown>) =>
	readRequestSettings(parametersOf({ options }));

it('has the defaults of HTTP Request', () => {
	expect(settings({})).toEqual(DEFAULT_SETTINGS);
});

it.each([
	[true, true],
	[false, false],
	[undefined, true],
])('allows HTTP/2 unless it is switched off: %p', (http2, expected) => {
	expect(settings({ http2 }).http2).toBe(expected);
});

describe('the timeout', () => {
	it.each([
		[10, 10],
		['2500', 2500],
		[0.5, 0.5],
		[2_147_483_647, 2_147_483_647],
		['', 300_000],
		[0, 300_000],
		['0', 300_000],
		[null, 300_000],
	])('%j is %p ms', (timeout, expected) => {
		expect(settings({ timeout }).timeout).toBe(expected);
	});

	// What is longer than a timer can wait would fire at once.
	it.each([-1, 'soon', NaN, Infinity, 2_147_483_648, ' ', {}, true, [5]])(
		'is refused: %p',
		(timeout) => {
			expect(() => settings({ timeout })).toThrow(/^"Timeout" must be a number of milliseconds/);
		},
	);
});

describe('the largest response', () => {
	const MB = 1024 * 1024;

	it.each([
		['', 64 * MB],
		[0.5, MB / 2],
		['200', 200 * MB],
		// The longest text that V8 can hold.
		[512, 512 * MB - 24],
	])('%j has %p bytes', (maxResponseSize, expected) => {
		expect(settings({ maxResponseSize }).maxResponseSize).toBe(expected);
	});

	it.each([0, -1, 513, 'much', Infinity, true])('is refused: %p', (maxResponseSize) => {
		expect(() => settings({ maxResponseSize })).toThrow(
			/^"Max Response Size \(MB\)" must be a number from 0.001 to 512, but it is /,
		);
	});
});

describe('redirects', () => {
	it.each([
		[{ followRedirects: true, maxRedirects: 3 }, 3],
		[{ followRedirects: true, maxRedirects: '3' }, 3],
		[{ followRedirects: true, maxRedirects: 0 }, 0],
		[{ followRedirects: true }, 21],
		[{ followRedirects: true, maxRedirects: '' }, 21],
		[{ followRedirects: false }, 0],
		[{ followRedirects: false, maxRedirects: 7 }, 0],
	])('%j are followed %i times', (redirect, expected) => {
		expect(settings({ redirect: { redirect } }).maxRedirects).toBe(expected);
	});

	it('are not followed where the option is there without any setting, as in HTTP Request', () => {
		expect(settings({ redirect: {} }).maxRedirects).toBe(0);
	});

	it.each([-1, 1.5, 'many', NaN, Infinity, true, [3], ' '])('are refused: %p', (maxRedirects) => {
		const redirect = { redirect: { followRedirects: true, maxRedirects } };
		expect(() => settings({ redirect })).toThrow(
			/^"Max Redirects" must be a whole number from 0, but it is /,
		);
	});

	it.each([
		[true, true],
		[false, false],
		['true', false],
		[1, false],
	])('keep credentials across origins only where that is switched on: %j', (option, expected) => {
		const read = settings({ sendCredentialsOnCrossOriginRedirect: option });
		expect(read.sendCredentialsOnCrossOriginRedirect).toBe(expected);
	});
});

describe('certificates', () => {
	it.each([
		[true, true],
		[false, false],
		['true', false],
	])('are ignored only where that is switched on: %j', (allowUnauthorizedCerts, expected) => {
		expect(settings({ allowUnauthorizedCerts }).allowUnauthorizedCerts).toBe(expected);
	});
});

describe('the proxy', () => {
	it.each([
		['http://proxy.test:3128', 'http://proxy.test:3128'],
		[' HTTPS://me:pw@proxy.test ', 'HTTPS://me:pw@proxy.test'],
		['', undefined],
	])('%j is %j', (proxy, expected) => {
		expect(settings({ proxy }).proxy).toBe(expected);
	});

	it.each(['proxy.test:3128', 'socks5://proxy.test', 'http://', 'file:///x', ' ', 3128])(
		'is refused: %j',
		(proxy) => {
			expect(() => settings({ proxy })).toThrow(/^"Proxy" must be an http or https address$/);
		},
	);

	it('is refused, without showing it, with a login that cannot be read', () => {
		const proxy = 'http://me:50%off@proxy.test:3128';
		expect(() => settings({ proxy })).toThrow(
			/^"Proxy" has a login that cannot be read: write % as %25$/,
		);
	});
});
