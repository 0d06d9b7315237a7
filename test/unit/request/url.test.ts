import { inspect } from 'node:util';

import fc from 'fast-check';

import { InvalidParameter } from '../../../nodes/ConcurrentHttpRequest/parameters/InvalidParameter.ts';
import { parseUrl } from '../../../nodes/ConcurrentHttpRequest/request/url.ts';

describe('an absolute URL', () => {
	it('is taken as it is, without its fragment', () => {
		fc.assert(
			fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
				const { url, userInfo } = parseUrl(text);
				const expected = new URL(text);
				expected.hash = '';
				expect(url.href).toBe(expected.href);
				expect(url.href).not.toContain('#');
				expect(userInfo).toBeUndefined();
			}),
			{ numRuns: 30 },
		);
	});

	it.each(['  http://x.test/a ', '\nhttp://x.test/a\t'])(
		'may have spaces around it: %j',
		(text) => {
			expect(parseUrl(text).url.href).toBe('http://x.test/a');
		},
	);

	it.each([
		['http://me:secret@x.test/', { user: 'me', password: 'secret' }],
		['http://me@x.test/', { user: 'me', password: '' }],
		['http://:secret@x.test/', { user: '', password: 'secret' }],
		['http://a%40b:c%3Ad%2F@x.test/', { user: 'a@b', password: 'c:d/' }],
		['http://100%:50%zz@x.test/', { user: '100%', password: '50%zz' }],
	])('returns its login: %s', (text, userInfo) => {
		const parsed = parseUrl(text);
		expect(parsed.userInfo).toEqual(userInfo);
		expect(parsed.url.href).toBe('http://x.test/');
	});

	it('returns any login decoded', () => {
		const texts = fc.string({ unit: 'grapheme', minLength: 1 });
		fc.assert(
			fc.property(texts, texts, (user, password) => {
				const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
				const { url, userInfo } = parseUrl(`http://${login}@x.test/`);
				expect(userInfo).toEqual({ user, password });
				expect(url.href).toBe('http://x.test/');
			}),
		);
	});

	it.each([
		['', 'is empty'],
		['   ', 'is empty'],
		['x.test/path', 'must start with'],
		['/path', 'must start with'],
		['//x.test', 'must start with'],
		['ftp://x.test', 'must start with'],
		['file:///etc/passwd', 'must start with'],
		['javascript:alert(1)', 'must start with'],
		['http:/x.test', 'must start with'],
		['http://', 'is not a valid URL'],
		['http://x .test', 'is not a valid URL'],
		['http://x.test:99999', 'is not a valid URL'],
		['http://[::1', 'is not a valid URL'],
		['http://%', 'is not a valid URL'],
	])('is refused: %j %s', (text, problem) => {
		expect(() => parseUrl(text)).toThrow(`"URL" ${problem}`);
	});

	it.each([undefined, null, 7, {}, ['http://x.test'], true])('must be text, not %p', (value) => {
		expect(() => parseUrl(value)).toThrow(/^"URL" must be text/);
	});

	it('is http(s) without login and fragment, or an error that does not repeat it', () => {
		const parts = fc.constantFrom(
			'http',
			's',
			'://',
			':',
			'//',
			'/',
			'\\',
			'@',
			'#',
			'?',
			'x.test',
			'hunter2',
			' ',
		);
		const joined = fc.array(parts, { maxLength: 10 }).map((list) => list.join(''));
		const texts = fc.oneof(
			joined,
			joined.map((text) => `http://ada:hunter2@${text}`),
			fc.string(),
		);
		fc.assert(
			fc.property(texts, (text) => {
				try {
					const { url } = parseUrl(text);
					expect(url.href).toMatch(/^https?:\/\/[^@#]/);
					expect([url.username, url.password, url.hash]).toEqual(['', '', '']);
				} catch (error) {
					expect(error).toBeInstanceOf(InvalidParameter);
					expect(inspect(error)).not.toContain('hunter2');
				}
			}),
			{ numRuns: 500 },
		);
	});
});

describe('a URL below the base URL of a credential', () => {
	const bases = fc.constantFrom(
		'https://api.test',
		'https://api.test/',
		'https://api.test/v1/',
		'http://api.test:8080/v1?key=1#top',
		'https://me:secret@api.test/v1',
	);

	it('never leaves the origin of the base, whatever the text', () => {
		const parts = fc.constantFrom(
			...[
				'http:',
				'https:',
				'//',
				'/',
				'\\',
				'@',
				':',
				'#',
				'?',
				'..',
				'.',
				'%2f',
				'%5c',
				'\t',
				'\n',
			],
			...[
				'evil.test',
				'api.test',
				'\u0000',
				'\u00a0',
				'\uff0f',
				'\u2044',
				':8080',
				'127.0.0.1',
				'[::1]',
			],
		);
		const texts = fc.oneof(
			fc.array(parts, { maxLength: 8 }).map((list) => list.join('')),
			fc.string({ unit: 'binary' }),
			fc.constantFrom('http://api.test/a', 'https://evil.test', 'https://api.test:444'),
		);
		fc.assert(
			fc.property(texts, bases, (text, base) => {
				try {
					expect(parseUrl(text, base).url.origin).toBe(new URL(base).origin);
				} catch (error) {
					expect(error).toBeInstanceOf(InvalidParameter);
				}
			}),
			{ numRuns: 2000 },
		);
	});

	it.each([
		['https://api.test', 'users', 'https://api.test/users'],
		['https://api.test/v1', 'users', 'https://api.test/v1/users'],
		['https://api.test/v1/', '/users', 'https://api.test/v1/users'],
		['https://api.test/v1', 'users/?a=1#top', 'https://api.test/v1/users/?a=1'],
		['https://api.test/v1', '?a=1', 'https://api.test/v1/?a=1'],
		['https://api.test/v1', '', 'https://api.test/v1'],
		['https://api.test/v1?key=1#top', 'users', 'https://api.test/v1/users'],
		['  https://api.test/v1 ', ' users ', 'https://api.test/v1/users'],
		['https://api.test/v1', 'https://api.test/v2', 'https://api.test/v2'],
		['https://api.test/v1', 'HTTPS://API.test:443/v2', 'https://api.test/v2'],
		['https://api.test/v1', 'docs/users:batch', 'https://api.test/v1/docs/users:batch'],
		[
			'https://api.test/v1',
			'redirect?to=https://evil.test',
			'https://api.test/v1/redirect?to=https://evil.test',
		],
	])('%s + %j', (base, text, expected) => {
		expect(parseUrl(text, base).url.href).toBe(expected);
	});

	it.each([
		'http://api.test/',
		'https://api.test:444/',
		'https://evil.test/',
		'https://api.test.evil.test',
	])('is refused on another origin: %s', (text) => {
		expect(() => parseUrl(text, 'https://api.test/v1')).toThrow(
			/^"URL" leads to \S+, but the credential is for https:\/\/api\.test$/,
		);
	});

	it.each(['//evil.test', '//api.test/v1', ' //api.test'])(
		'is refused where it names a host without a protocol: %j',
		(text) => {
			expect(() => parseUrl(text, 'https://api.test/v1')).toThrow(/^"URL" must start with/);
		},
	);

	it('keeps the login of the base', () => {
		const { url, userInfo } = parseUrl('users', 'https://me:secret@api.test/v1');
		expect(url.href).toBe('https://api.test/v1/users');
		expect(userInfo).toEqual({ user: 'me', password: 'secret' });
	});

	it.each(['', 'api.test', 'ftp://api.test', 'http://'])('needs a valid base URL: %j', (base) => {
		expect(() => parseUrl('users', base)).toThrow(/^"Base URL" /);
	});
});
