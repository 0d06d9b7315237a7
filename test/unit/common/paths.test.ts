import fc from 'fast-check';

import { readPath, readPaths } from '../../../nodes/ConcurrentHttpRequest/common/paths.ts';

it.each([
	['data', ['data']],
	['data.items', ['data', 'items']],
	[' data.items ', ['data', 'items']],
	['data["my items"]', ['data', 'my items']],
	["data['my items'].list", ['data', 'my items', 'list']],
	['["a.b"].c', ['a.b', 'c']],
	['items[0].id', ['items', '0', 'id']],
	['items.0.id', ['items', '0', 'id']],
	['$json.data.items', ['data', 'items']],
	['$json["my items"]', ['my items']],
	['$response.body.data', ['data']],
	['$json', []],
	['$jsonp.a', ['$jsonp', 'a']],
	['', []],
])('%j', (text, path) => {
	expect(readPath(text)).toEqual(path);
});

it.each([
	['a, b.c', [['a'], ['b', 'c']]],
	['a,,b,', [['a'], ['b']]],
	[
		'a["x, y"], b[\'p, q\'].c',
		[
			['a', 'x, y'],
			['b', 'p, q', 'c'],
		],
	],
	['["with ] bracket"], b', [['with ] bracket'], ['b']]],
	['', []],
	[undefined, []],
	[
		['a.b', 'c'],
		[['a', 'b'], ['c']],
	],
])('the list %j', (value, paths) => {
	expect(readPaths(value)).toEqual(paths);
});

it('reads back any names that are written in brackets', () => {
	// Without quotes and escapes, which nobody writes into a path by hand.
	const name = fc.string({ minLength: 1 }).filter((text) => !/["'\\]/.test(text));
	const paths = fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { maxLength: 4 });
	fc.assert(
		fc.property(paths, (list) => {
			const written = list.map((path) => path.map((step) => `["${step}"]`).join('')).join(', ');
			expect(readPaths(written)).toEqual(list);
		}),
	);
});

it('reads any text without an error', () => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			for (const path of readPaths(text)) expect(path.length).toBeGreaterThan(0);
		}),
	);
});
