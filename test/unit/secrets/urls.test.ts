import fc from 'fast-check';

import { Redactor } from '../../../nodes/ConcurrentHttpRequest/secrets/Redactor.ts';

const shown = (url: string, secrets: string[] = []) => new Redactor(secrets).url(new URL(url));

const SECRET_NAMES = [
	...['token', 'access_token', 'pageToken', 'key', 'api_key', 'apiKey', 'X-API-Key', 'appid'],
	...['signature', 'X-Amz-Signature', 'sig', 'hmac', 'password', 'passwd', 'pwd', 'pass'],
	...['secret', 'client_secret', 'code', 'auth', 'authorization', 'otp', 'access_code'],
	...['session', 'jsessionid', 'sid', 'client_assertion', 'X-Amz-Credential', 'jwt', 'csrf'],
];

const PUBLIC_NAMES = [
	...['id', 'q', 'page', 'limit', 'author', 'keyword', 'country_code', 'postcode', 'status'],
	...['name', 'sort', 'fields', 'since', 'signature_method', 'passenger', 'encode'],
];

const values = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed());
const parameters = (names: string[]) => fc.tuple(fc.constantFrom(...names), values);

describe('a URL for people', () => {
	it('shows every parameter, but no value of those whose names look secret', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						parameters(PUBLIC_NAMES).map(([name, value]) => [
							name,
							value.replaceAll('=', ''),
							false,
						]),
						parameters(SECRET_NAMES).map(([name, value]) => [name, value, true]),
					) as fc.Arbitrary<[string, string, boolean]>,
				),
				(list) => {
					const url = new URL('http://x.test/a');
					for (const [name, value] of list) url.searchParams.append(name, value);
					const seen = new URL(shown(url.href)).searchParams;
					expect([...seen]).toEqual(
						list.map(([name, value, isSecret]) => [name, isSecret ? '***' : value]),
					);
				},
			),
			{ numRuns: 1_000 },
		);
	});

	it('hides a whole value in which a pair has such a name, however it is encoded', () => {
		const inner = [
			(name: string) => `https://y.test/?a=1&${name}=S3CR3T`,
			(name: string) => `a=1;${name}=S3CR3T`,
			(name: string) => JSON.stringify({ a: { [name]: 'S3CR3T' } }),
			(name: string) => `https://y.test/?to=${encodeURIComponent(`/z?${name}=S3CR3T`)}`,
		];
		fc.assert(
			fc.property(
				fc.constantFrom(...SECRET_NAMES),
				fc.constantFrom(...inner),
				fc.constantFrom(...PUBLIC_NAMES),
				(name, valueWith, parameter) => {
					const url = new URL('http://x.test/a?b=2');
					url.searchParams.append(parameter, valueWith(name));
					expect(shown(url.href)).toBe(`http://x.test/a?b=2&${parameter}=***`);
				},
			),
		);
	});

	it('hides what a credential added, whatever its name, together with what names hide', () => {
		fc.assert(
			fc.property(
				fc.stringMatching(/^[A-Z]{4}[&=?;]?[A-Z]{4}$/),
				fc.constantFrom(...PUBLIC_NAMES),
				fc.boolean(),
				(secret, name, isRaw) => {
					const value = isRaw ? secret : encodeURIComponent(secret);
					const safe = shown(`http://x.test/a?token=tttt&${name}=${value}&key=kkkk`, [secret]);
					for (const part of [...secret.split(/[&=?;]/), 'tttt', 'kkkk']) {
						expect(safe).not.toContain(part);
					}
				},
			),
		);
	});

	it.each([
		['http://x.test/a/b', 'http://x.test/a/b'],
		['http://x.test/a?q=cats&page=2', 'http://x.test/a?q=cats&page=2'],
		['http://x.test/a?q=b%20c+d', 'http://x.test/a?q=b%20c+d'],
		['http://me:login@x.test/?a=1#part', 'http://x.test/?a=1'],
		['http://x.test/a;jsessionid=AB12/b;v=1?c=2', 'http://x.test/a;jsessionid=***/b;v=1?c=2'],
		['http://x.test/?t%6Fken=abc', 'http://x.test/?t%6Fken=***'],
		['http://x.test/?auth%5Btoken%5D=abc', 'http://x.test/?auth%5Btoken%5D=***'],
		['http://x.test/?token=abc;def', 'http://x.test/?token=***'],
		['http://x.test/?token=&a=1', 'http://x.test/?token=&a=1'],
		['http://x.test/?token=%E0%A4%A', 'http://x.test/?token=***'],
		['http://x.test/?flag', 'http://x.test/?flag'],
		['http://x.test/?at=12:30&q=author:ada', 'http://x.test/?at=12:30&q=author:ada'],
	])('shows %s as %s', (url, expected) => {
		expect(shown(url)).toBe(expected);
	});

	it('is cut where it is long, but not within what is hidden', () => {
		const url = new URL(`http://x.test/?q=${'y'.repeat(50)}&token=S3CR3T&z=${'z'.repeat(50)}`);
		for (let most = 60; most <= 90; most++) {
			const safe = new Redactor([]).url(url, most);
			expect(safe).toMatch(/…$/);
			expect(safe).not.toMatch(/S3|CR/);
		}
	});
});
