import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/** Fields that the generated expressions refer to. */
export const FIELDS = ['id', 'name', 'a', 'b', 'list', 'a b', 'a.b', 'größe', 'date', '0'];

class Money {
	amount = 5;
	toString(): string {
		return '5 €';
	}
}

function circular(): object {
	const object: Record<string, unknown> = { id: 1, name: 'circle' };
	object.a = object;
	object.list = [object];
	return object;
}

function withGetter(): object {
	return Object.defineProperty({ id: 1 }, 'name', { enumerable: true, get: () => 'got' });
}

function withHidden(): object {
	return Object.defineProperty({ id: 1 }, 'name', { enumerable: false, value: 'hidden' });
}

function sparse(): unknown[] {
	const list: unknown[] = [1];
	list[3] = 'x';
	return list;
}

/** What can be in an item and seldom is, and some that are as usual. */
const oddJson: unknown[] = [
	{},
	{ id: 1, name: 'Ann', a: { b: { c: [1, 2, { name: 'deep' }] } }, list: [3, 1, 2] },
	{ id: 2, name: '  Bo & Co. / ü 😀  ', a: 'x,y;z', b: true, list: ['p', 'q'] },
	{ id: 0, name: '', a: null, b: false, list: [] },
	{ id: -0, name: '0', a: NaN, b: Infinity, list: [-0, NaN, Infinity] },
	{ id: 1e21, name: '12.50', a: 1e-7, b: 2 ** 53 + 2, list: [null, undefined, 0, ''] },
	{ id: undefined, name: null, a: { b: undefined }, b: {}, list: null },
	{ id: '7', name: 'lone \ud800 surrogate', a: { b: 'B', list: [[1, [2]], []] }, list: 'text' },
	{ 'a b': 'blank', 'a.b': 'dot', größe: 4, '0': 'zero', list: [{ id: 1 }, { id: 2, a: 'x' }] },
	{ id: [1, 2], name: { toString: 'own' }, a: [], b: [null], list: [{ a: { b: 1 } }, {}, []] },
	{ id: true, name: 'line\nbreak\ttab "quoted" \\ back', a: 0.1, b: 0.2, list: [true, false] },
	{ date: new Date(0), id: new Map([[1, 2]]), name: new Money(), a: /x/, list: sparse() },
	{ date: '2024-03-29T18:06:31.798Z', id: 123456789, a: { date: '2024-01-01' }, list: ['a', 'a'] },
	JSON.parse('{"__proto__": {"id": 5}, "constructor": "c", "id": 1, "toString": "t"}'),
	JSON.parse('{"a": {"__proto__": {"b": 5}, "valueOf": 1, "length": 3}, "hasOwnProperty": 1}'),
	Object.assign(Object.create(null) as object, { id: 1, a: Object.create(null) as object }),
	{ id: { __isError: true, message: 'm' }, a: { __isArray: true, __length: 2 }, b: { toJSON: 1 } },
	{
		id: { __n8nType: 'DateTime' },
		a: { isLuxonDateTime: true },
		b: { list: { isLuxonDateTime: 1 } },
	},
	withGetter(),
	withHidden(),
	circular(),
	{ id: 10n, name: Symbol('s'), a: () => 1, b: new Uint8Array(2), list: [10n] },
	new Proxy({ id: 1, name: 'proxied' }, {}),
	{ a: new Proxy({ b: 1 }, {}), list: new Proxy([1, 2], {}), id: Object('boxed') as unknown },
	{ list: Object.assign([1, 2], { extra: 1, name: 'n' }), a: { [Symbol('s')]: 1, b: 1 } },
	[1, 2, { id: 3 }],
];

export const oddItems: INodeExecutionData[] = oddJson.map((json) => ({
	json: json as IDataObject,
}));
