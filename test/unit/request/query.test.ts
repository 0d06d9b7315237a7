import fc from 'fast-check';
import { parse } from 'qs';

import { appendQuery, readQuery } from '../../../nodes/ConcurrentHttpRequest/request/query.ts';
import { parametersOf } from '../parameters/parametersOf.ts';

function urlWith(query: Record<string, unknown>, arrays?: string, start = 'http://x.test/p'): URL {
	const url = new URL(start);
	const options = arrays === undefined ? {} : { queryParameterArrays: arrays };
	appendQuery(url, query, parametersOf({ options }));
	return url;
}

/** Text that can stand in a URL: no half of a surrogate pair. */
const text = fc.string({ unit: 'grapheme' });
/** Numbers as names would change the order of a JavaScript object. */
const names = text.filter((name) => name !== '' && !/^\d+$/.test(name));

it('arrives unchanged, whatever characters names and values contain', () => {
	fc.assert(
		fc.property(fc.uniqueArray(fc.tuple(names, text), { selector: ([name]) => name }), (pairs) => {
			const url = urlWith(Object.fromEntries(pairs));
			expect([...url.searchParams]).toEqual(pairs);
		}),
	);
});

it('never changes anything but the query', () => {
	fc.assert(
		fc.property(fc.dictionary(text, text), (query) => {
			const url = urlWith(query);
			expect(url.href.startsWith('http://x.test/p')).toBe(true);
			expect(url.hash).toBe('');
			expect(url.pathname).toBe('/p');
		}),
	);
});

it('is appended to the query of the URL, which stays as it was written', () => {
	fc.assert(
		fc.property(fc.webQueryParameters(), fc.dictionary(names, text), (own, query) => {
			const before = new URL(`http://x.test/p?${own}`).search;
			const { search } = urlWith(query, undefined, `http://x.test/p?${own}`);
			expect(search.startsWith(before)).toBe(true);
			const added = search.slice(before.length).replace(/^[?&]/, '');
			expect(Object.fromEntries(new URLSearchParams(added))).toEqual(query);
		}),
		{ numRuns: 30 },
	);
});

it.each([
	['repeat', '?id=1&id=b'],
	['brackets', '?id[]=1&id[]=b'],
	['indices', '?id[0]=1&id[1]=b'],
	[undefined, '?id[0]=1&id[1]=b'],
])('writes lists in the chosen format: %s', (arrays, expected) => {
	expect(decodeURIComponent(urlWith({ id: [1, 'b'] }, arrays).search)).toBe(expected);
});

it('writes nested values so that servers can read them back', () => {
	const leaf = fc.string({ unit: 'grapheme-ascii' });
	const query = { filter: { 'a b': '1', list: [{ c: '&=' }] } };
	expect(parse(urlWith(query).search.slice(1))).toEqual(query);
	fc.assert(
		fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c d'), leaf), (inner) => {
			const { search } = urlWith({ filter: { x: '1', ...inner } });
			expect(parse(search.slice(1))).toEqual({ filter: { x: '1', ...inner } });
		}),
	);
});

it.each([
	[{}, ''],
	[{ a: undefined }, ''],
	[{ a: null, b: false, c: 0 }, '?a=&b=false&c=0'],
	[{ a: [] }, ''],
	[JSON.parse('{"__proto__":"x"}'), '?__proto__=x'],
])('of %j is %j', (query: Record<string, unknown>, search) => {
	expect(urlWith(query).search).toBe(search);
});

describe('the parameters', () => {
	const rows = [
		{ name: 'a', value: '1' },
		{ name: 'a', value: '2' },
		{ name: '', value: '' },
	];

	it.each([
		[4.2, { a: '2' }],
		[4.3, { a: ['1', '2'] }],
	])('come from fields (version %p)', (version, expected) => {
		const parameters = { sendQuery: true, queryParameters: { parameters: rows } };
		expect(readQuery(parametersOf(parameters), version)).toEqual(expected);
	});

	it('come from JSON, as text or as value', () => {
		for (const jsonQuery of ['{"a":[1,{"b":null}]}', { a: [1, { b: null }] }]) {
			const parameters = { sendQuery: true, specifyQuery: 'json', jsonQuery };
			expect(readQuery(parametersOf(parameters), 4.3)).toEqual({ a: [1, { b: null }] });
		}
	});

	it('are empty where they are switched off, or left over from before', () => {
		const parameters = { queryParameters: { parameters: rows }, jsonQuery: 'no JSON' };
		expect(readQuery(parametersOf({ ...parameters, sendQuery: false }), 4.3)).toEqual({});
		expect(readQuery(parametersOf(parameters), 4.3)).toEqual({});
	});

	it('must be an object in JSON', () => {
		const parameters = { sendQuery: true, specifyQuery: 'json', jsonQuery: '[1]' };
		expect(() => readQuery(parametersOf(parameters), 4.3)).toThrow(
			/^"JSON \(Query Parameters\)" must be a JSON object/,
		);
	});
});
