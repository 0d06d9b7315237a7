import fc from 'fast-check';
import { stringify } from 'qs';

import { MAX_SHOWN, Redactor } from '../../../nodes/ConcurrentHttpRequest/secrets/Redactor.ts';

const redact = (text: string, list: string[]) => new Redactor(list).text(text);
const redactWithin = (value: unknown, list: string[]) => new Redactor(list).within(value).value;

/** Secrets as people and generators make them; `*` is what they are replaced with. */
const secrets = fc
	.string({ unit: fc.constantFrom(...'aB3!\'() &+%/=@"\\ü€😀\n-_.~'), minLength: 3, maxLength: 12 })
	.filter((secret) => secret.trim().length >= 3);

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const utf8 = (text: string) => Buffer.from(text).toString('latin1');
const inHtml = (text: string) =>
	text.replace(
		/[&<>"']/g,
		(character) =>
			({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[character] ?? '',
	);

/** How a server may send a text back, by name. */
const forms: Record<string, (text: string) => string> = {
	'as it is': (text) => text,
	'in a URL': encodeURIComponent,
	// This is how the node itself writes query parameters and forms.
	'in a query': (text) => stringify({ '': text }).slice(1),
	'in a form': (text) => new URLSearchParams({ '': text }).toString().slice(1),
	'in a URL, in lower case': (text) =>
		encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
	'in JSON': inJson,
	'in JSON, in \\u escapes': (text) =>
		inJson(text).replace(
			/[^\w\\"]/g,
			(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
		),
	'in JSON with slashes escaped': (text) => inJson(text).replaceAll('/', '\\/'),
	'in JSON within JSON': (text) => inJson(inJson(text)),
	'in HTML': inHtml,
	'in HTML, by numbers': (text) =>
		text.replace(/[^\w]/gu, (character) => `&#x${character.codePointAt(0)!.toString(16)};`),
	'in a URL within HTML': (text) => inHtml(stringify({ a: 'b', '': text })),
	'in base64': (text) => btoa(utf8(text)).replace(/=+$/, ''),
	'in base64url': (text) => Buffer.from(text).toString('base64url'),
	'in UTF-8 read as latin-1': utf8,
};

describe.each(Object.entries(forms))('a secret %s', (_name, form) => {
	it('never survives in a text', () => {
		fc.assert(
			fc.property(fc.array(secrets, { minLength: 1, maxLength: 4 }), fc.nat(), (list, choice) => {
				const secret = list[choice % list.length]!;
				const safe = redact(`[${form(secret)}]`, list);
				expect(safe).not.toContain(form(secret));
				expect(safe).toContain('***');
			}),
			{ numRuns: 500 },
		);
	});

	it('never survives in a value, at any depth, in names or texts', () => {
		const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.boolean());
		fc.assert(
			fc.property(secrets, leaf, fc.nat({ max: 4 }), (secret, other, depth) => {
				let value: unknown = [other, `is ${form(secret)}`, { [form(secret)]: other }];
				for (let level = 0; level < depth; level++) value = { other, list: [other, value] };
				const safe: string[] = [];
				JSON.stringify(redactWithin(value, [secret]), (name, each: unknown) => {
					safe.push(name);
					if (typeof each === 'string') safe.push(each);
					return each;
				});
				for (const text of safe) expect(text).not.toContain(form(secret));
			}),
		);
	});
});

it('hides all of a secret that begins like another', () => {
	const similar = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 3, maxLength: 6 });
	fc.assert(
		fc.property(fc.array(similar, { minLength: 1, maxLength: 4 }), fc.nat(), (list, choice) => {
			expect(redact(`[${list[choice % list.length]}]`, list)).toBe('[***]');
		}),
	);
});

it('changes nothing else', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			expect(redactWithin(value, ['no such text'])).toEqual(value);
			expect(redactWithin(value, [])).toEqual(value);
		}),
	);
	expect(redact('one two one', ['two'])).toBe('one *** one');
});

it('ignores an empty secret', () => {
	expect(redact('a text', [''])).toBe('a text');
});

it('accepts any text as a secret, even one that cannot be part of a URL', () => {
	expect(redact('[\ud800ab]', ['\ud800ab'])).toBe('[***]');
});

it.each([
	[12345, '***'],
	[9123459, '9***9'],
	[1234, 1234],
	['12345', '***'],
])('hides a secret of digits in the number %p', (value, expected) => {
	expect(redactWithin({ pin: value }, ['12345'])).toEqual({ pin: expected });
});

it('keeps other values as they are', () => {
	const value = { yes: true, none: null, list: [], zero: 0 };
	expect(redactWithin(value, ['true', 'null'])).toEqual(value);
});

it.each([
	['http://x.test/a/b', 'http://x.test/a/b'],
	['http://x.test/a?id=secret&page=2', 'http://x.test/a?id=***&page=2'],
	['http://x.test/secret/a#secret', 'http://x.test/***/a'],
	['http://me:secret@x.test/', 'http://x.test/'],
	['http://x.test/s%C3%A9cret', 'http://x.test/***'],
])('shows %s as %s', (url, expected) => {
	expect(new Redactor(['secret', 'sécret']).url(new URL(url))).toBe(expected);
});

it('finds a secret within the base64 of a longer text, wherever it begins', () => {
	fc.assert(
		fc.property(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (before, after) => {
			const secret = 'k3y-s3cr3t-0815';
			const text = Buffer.from(`${before}${secret}${after}`).toString('base64');
			const parts = redact(text, [secret]).split('***');
			expect(parts.length).toBe(2);
			for (const part of parts) {
				expect(Buffer.from(part, 'base64').toString()).not.toContain('k3y');
				expect(part.length).toBeLessThanOrEqual(12);
			}
		}),
	);
});

it('hides secrets that overlap', () => {
	expect(redact('[xxabcd]', ['xxa', 'abcd'])).toBe('[***]');
});

it.each([
	['Token abc-1', ['abc-1']],
	['bearer abc-1', ['abc-1']],
	['SSWS abc-1', ['abc-1']],
	['Token token="abc-1"', ['abc-1']],
	['Bearer Bearer abc-1', ['abc-1']],
	[`basic ${btoa('me:abc-1')}`, ['abc-1', 'me:abc-1', btoa('me:abc-1')]],
	// Some APIs take a key for the user's name, and no password.
	[`Basic ${btoa('abc-1:')}`, ['abc-1']],
	['AWS4-HMAC-SHA256 SignedHeaders=host, Signature=abc-1', ['abc-1']],
	['OAuth oauth_token="abc-1", oauth_signature="abc%2F2"', ['abc-1', 'abc%2F2', 'abc/2']],
	['Digest username="me", uri="/users", response="abc-1"', ['abc-1']],
])('for %s also hides %j', (secret, parts) => {
	for (const part of parts) expect(redact(`[${part}]`, [secret])).toBe('[***]');
	for (const word of ['Digest', 'host', '/users', 'OAuth', 'Signature', 'oauth_token']) {
		expect(redact(word, [secret])).toBe(word);
	}
});

describe('in a long response', () => {
	it('looks at no more values than it shows', () => {
		const list = Array.from({ length: 1_000_000 }, () => 'a text');
		const { value, isCut } = new Redactor(['secret']).within({ list });
		expect(isCut).toBe(true);
		// The list, the entries, and that others are missing.
		expect((value as { list: string[] }).list).toHaveLength(MAX_SHOWN.values - 2 + 1);
		expect((value as { list: string[] }).list.at(-1)).toBe('… 950002 more');
	});

	it('says how many fields are missing', () => {
		const fields = Object.fromEntries(Array.from({ length: 51_000 }, (_, id) => [`f${id}`, id]));
		const { value } = new Redactor([]).within(fields);
		expect(Object.entries(value as object).at(-1)).toEqual(['…', '1001 more']);
	});

	it('shows no more characters, names of fields included', () => {
		const text = 'x'.repeat(MAX_SHOWN.characters - 10);
		const { value, isCut } = new Redactor(['secret']).within([{ [text]: 'y'.repeat(20) }, 1]);
		expect(value).toEqual([{ [text]: `${'y'.repeat(10)}…` }, '… 1 more']);
		expect(isCut).toBe(true);
	});

	it('shows no part of a secret at the cut', () => {
		for (let before = 80; before <= 100; before++) {
			for (const secret of ['s3cr3t&', 's3cr3t%26', 's3cr3t\\u0026']) {
				const text = `${'-'.repeat(before)}${secret}${'-'.repeat(50)}`;
				expect(new Redactor(['s3cr3t&']).text(text, 100)).not.toMatch(/s/);
			}
		}
	});

	it('shows no half of a character at the cut', () => {
		for (const secrets of [[], ['s3cr3t']]) {
			expect(new Redactor(secrets).text('a😀b', 2)).toBe('a…');
			expect(new Redactor(secrets).text('a😀b', 3)).toBe('a😀…');
		}
	});

	it('shows everything if it is not too long', () => {
		const { value, isCut } = new Redactor(['secret']).within({ a: [1, null, ['b']] });
		expect([value, isCut]).toEqual([{ a: [1, null, ['b']] }, false]);
	});
});
