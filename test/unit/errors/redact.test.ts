import fc from 'fast-check';
import { stringify } from 'qs';

import {
	displayUrl,
	redact,
	redactWithin,
} from '../../../nodes/ConcurrentHttpRequest/errors/redact.ts';

/** Secrets as people and generators make them; `*` is what they are replaced with. */
const secrets = fc
	.string({ unit: fc.constantFrom(...'aB3!\'() &+%/=@"\\ü€😀\n-_.~'), minLength: 3, maxLength: 12 })
	.filter((secret) => secret.trim().length >= 3);

/** How a server may send a text back, by name. */
const forms: Record<string, (text: string) => string> = {
	'as it is': (text) => text,
	'in a URL': encodeURIComponent,
	// This is how the node itself writes query parameters and forms.
	'in a query': (text) => stringify({ '': text }).slice(1),
	'in a form': (text) => new URLSearchParams({ '': text }).toString().slice(1),
	'in JSON': (text) => JSON.stringify(text).slice(1, -1),
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

it('leaves nothing of a secret that begins like another', () => {
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

it('does not take nothing for a secret', () => {
	expect(redact('a text', [''])).toBe('a text');
});

it('takes any text for a secret, also one that cannot stand in a URL', () => {
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

it('keeps what is no text as it is', () => {
	const value = { yes: true, none: null, list: [], zero: 0 };
	expect(redactWithin(value, ['true', 'null'])).toEqual(value);
});

it.each([
	['http://x.test/a/b', 'http://x.test/a/b'],
	['http://x.test/a?key=secret', 'http://x.test/a?…'],
	['http://x.test/secret/a#secret', 'http://x.test/***/a'],
	['http://me:secret@x.test/', 'http://x.test/'],
	['http://x.test/s%C3%A9cret', 'http://x.test/***'],
])('shows %s as %s', (url, expected) => {
	expect(displayUrl(new URL(url), ['secret', 'sécret'])).toBe(expected);
});
