import fc from 'fast-check';

import {
	toPairs,
	toRecord,
} from '../../../nodes/ConcurrentHttpRequest/parameters/keyValuePairs.ts';

const names = fc.oneof(
	fc.string(),
	fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString'),
);
const rows = fc.array(fc.record({ name: names, value: fc.oneof(fc.string(), fc.integer()) }));

describe('rows', () => {
	it.each([undefined, null, '', 'x', {}])('are none where there is no list: %p', (value) => {
		expect(toPairs(value)).toEqual([]);
	});

	it('that were never filled in are left out', () => {
		const value = [{ name: '', value: '' }, {}, { name: '' }, { name: 'a', value: '' }];
		expect(toPairs(value)).toEqual([{ name: 'a', value: '' }]);
	});

	it('without a name, but with a value, are kept: they are a mistake to report', () => {
		expect(toPairs([{ name: '', value: 'x' }])).toEqual([{ name: '', value: 'x' }]);
		expect(toPairs([{ value: 0 }])).toEqual([{ name: '', value: 0 }]);
	});

	it('have text as names', () => {
		const value = [
			{ name: 7, value: 1 },
			{ name: { a: 1 }, value: 2 },
		];
		expect(toPairs(value).map(({ name }) => name)).toEqual(['7', '{"a":1}']);
	});
});

describe('a record of rows', () => {
	it('has the last row of each name, before version 4.3', () => {
		fc.assert(
			fc.property(rows, (pairs) => {
				const expected = new Map(pairs.map(({ name, value }) => [name, value]));
				expect(new Map(Object.entries(toRecord(pairs, 4.2)))).toEqual(expected);
			}),
		);
	});

	it('has all rows of each name in their order, from version 4.3 on', () => {
		fc.assert(
			fc.property(rows, (pairs) => {
				const record = toRecord(pairs, 4.3);
				expect(new Set(Object.keys(record))).toEqual(new Set(pairs.map(({ name }) => name)));
				for (const [name, value] of Object.entries(record)) {
					const expected = pairs.filter((pair) => pair.name === name).map((pair) => pair.value);
					expect([value].flat()).toEqual(expected);
					expect(Array.isArray(value)).toBe(expected.length > 1);
				}
			}),
		);
	});
});
