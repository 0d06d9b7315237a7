import fc from 'fast-check';
import get from 'lodash/get';
import pick from 'lodash/pick';

import { FieldSelection } from '../../../nodes/ConcurrentHttpRequest/common/FieldSelection.ts';
import { readPaths } from '../../../nodes/ConcurrentHttpRequest/common/paths.ts';

const select = (value: unknown, paths: string) => new FieldSelection(readPaths(paths)).of(value);

const order = {
	id: 7,
	buyer: { name: 'Ada', address: { city: 'Kyiv', street: 'x' } },
	lines: [
		{ sku: 'a', price: 1 },
		{ sku: 'b', price: 2 },
	],
	tags: ['new', 'open'],
	note: null,
};

it.each<[string, unknown]>([
	['id', { id: 7 }],
	['id, buyer.address.city', { id: 7, buyer: { address: { city: 'Kyiv' } } }],
	['buyer', { buyer: order.buyer }],
	['buyer, buyer.name', { buyer: order.buyer }],
	['buyer.name, buyer', { buyer: order.buyer }],
	['lines.sku', { lines: [{ sku: 'a' }, { sku: 'b' }] }],
	['lines[1].sku', { lines: [{ sku: 'b' }] }],
	['lines[1].sku, lines.price', { lines: [{ price: 1 }, { sku: 'b', price: 2 }] }],
	['lines[0]', { lines: [{ sku: 'a', price: 1 }] }],
	['tags', { tags: ['new', 'open'] }],
	['tags.name', { tags: [] }],
	['note', { note: null }],
	['note.text', {}],
	['absent, buyer.absent', { buyer: {} }],
	['constructor, toString', {}],
])('%s', (paths, expected) => {
	expect(select(order, paths)).toEqual(expected);
});

it('selects within each entry of a list', () => {
	expect(select([order, { id: 8 }, 'text', null], 'id')).toEqual([{ id: 7 }, { id: 8 }]);
});

it.each([7, 'text', true, null, undefined])('leaves %j as it is', (value) => {
	expect(select(value, 'id')).toBe(value);
});

it('copies a field of any name, without changing what an object inherits', () => {
	const value: unknown = JSON.parse('{"__proto__":{"a":1,"b":2}}');
	const selected = select(value, '__proto__.a');
	expect(JSON.stringify(selected)).toBe('{"__proto__":{"a":1}}');
	expect(Object.getPrototypeOf(selected)).toBe(Object.prototype);
});

describe('whatever the value and the paths', () => {
	const name = fc.constantFrom('a', 'b', 'c', '__proto__', '0', '1');
	const { value, object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>(
		(tie) => ({
			value: fc.oneof(fc.integer(), fc.constant(null), tie('object'), fc.array(tie('value'))),
			object: fc.dictionary(name, tie('value')),
		}),
	);
	const paths = fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { minLength: 1 });

	it('selects no other leaves than those at the paths', () => {
		fc.assert(
			fc.property(object, paths, (given, list) => {
				const before = JSON.stringify(given);
				const selected = new FieldSelection(list).of(given);
				// Indices of lists are no part of a path that goes through them.
				const wanted = leavesOf(given).filter(({ path }) => list.some((each) => leads(each, path)));
				expect(sorted(leavesOf(selected))).toEqual(sorted(wanted));
				expect(JSON.stringify(given)).toBe(before);
			}),
		);
	});

	it('selects nothing else from what it has selected', () => {
		const names = fc.constantFrom('a', 'b', 'c');
		const withoutIndices = fc.array(fc.array(names, { minLength: 1, maxLength: 4 }), {
			minLength: 1,
		});
		fc.assert(
			fc.property(value, withoutIndices, (given, list) => {
				const selection = new FieldSelection(list);
				const selected = selection.of(given);
				expect(selection.of(selected)).toEqual(selected);
			}),
		);
	});

	it('selects from objects within objects what lodash picks', () => {
		const plain = fc.letrec<{ value: unknown }>((tie) => ({
			value: fc.oneof(
				{ maxDepth: 4 },
				fc.integer(),
				fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')),
			),
		})).value;
		const names = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 });
		fc.assert(
			fc.property(
				fc.dictionary(fc.constantFrom('a', 'b'), plain),
				fc.array(names),
				(given, list) => {
					const found = list.filter((path) => get(given, path) !== undefined);
					const selected = new FieldSelection(found).of(given);
					expect(selected).toEqual(pick(given, ...found.map((path) => path.join('.'))));
				},
			),
		);
	});
});

interface Leaf {
	/** With the indices of lists marked. */
	path: Array<string | { index: string }>;
	leaf: unknown;
}

function leavesOf(value: unknown): Leaf[] {
	if (typeof value !== 'object' || value === null) return [{ path: [], leaf: value }];
	return Object.entries(value).flatMap(([name, entry]) =>
		leavesOf(entry).map(({ path, leaf }) => ({
			path: [Array.isArray(value) ? { index: name } : name, ...path],
			leaf,
		})),
	);
}

/** Whether a path leads to a leaf, or to something around it. It may name an index, or leave it out. */
function leads([first, ...rest]: readonly string[], path: Leaf['path']): boolean {
	if (first === undefined) return true;
	const [step, ...further] = path;
	if (step === undefined) return false;
	if (typeof step === 'string') return step === first && leads(rest, further);
	if (/^\d+$/.test(first)) return step.index === first && leads(rest, further);
	return leads([first, ...rest], further);
}

/** Lists close up where entries are left out, so indices are not compared. */
function sorted(leaves: Leaf[]): string[] {
	return leaves
		.map(({ path, leaf }) =>
			JSON.stringify([path.filter((step) => typeof step === 'string'), leaf]),
		)
		.sort();
}
