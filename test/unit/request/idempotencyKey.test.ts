import fc from 'fast-check';

import { InvalidParameter } from '../../../nodes/ConcurrentHttpRequest/parameters/InvalidParameter.ts';
import { IdempotencyKeys } from '../../../nodes/ConcurrentHttpRequest/request/idempotencyKey.ts';
import { requestTo } from '../transport/requestTo.ts';

const scope = { workflowId: 'w', nodeId: 'n', runIndex: 0 };
const request = requestTo('https://api.example.com/orders', { method: 'POST', body: '{"id":1}' });
/** The keys of so many requests of an item. */
function keysOf(keys: IdempotencyKeys, itemIndex: number, requests = [request]): unknown[] {
	const addKey = keys.forItem(itemIndex);
	return requests.map((each) => {
		const headers = { ...each.headers };
		addKey({ ...each, headers });
		return headers['Idempotency-Key'];
	});
}
const keyOf = (json: unknown, changes: Partial<typeof request> = {}, of = scope) => {
	const keys = new IdempotencyKeys('Idempotency-Key', of, [{ json }]);
	return keysOf(keys, 0, [{ ...request, ...changes }])[0];
};

it('is a UUID', () => {
	expect(keyOf({ id: 1 })).toMatch(
		/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
	);
});

it('is the same in each run, in whatever order items are ready, and another for each request', () => {
	// Equal items are frequent; an item may have several requests, some of them equal (pages).
	const item = fc.record({
		json: fc.oneof(fc.constantFrom({}, { id: 1 }), fc.jsonValue()),
		pages: fc.integer({ min: 1, max: 3 }),
	});
	const items = fc.array(item, { maxLength: 20, size: 'max' });
	const shuffled = items.chain((each) =>
		fc.record({
			items: fc.constant(each),
			order: fc.shuffledSubarray([...each.keys()], { minLength: each.length }),
		}),
	);
	fc.assert(
		fc.property(shuffled, ({ items: each, order }) => {
			const run = (indices: number[]) => {
				const keys = new IdempotencyKeys('Idempotency-Key', scope, each);
				const made: unknown[][] = [];
				for (const index of indices) {
					made[index] = keysOf(
						keys,
						index,
						Array<typeof request>(each[index]!.pages).fill(request),
					);
				}
				return made;
			};
			const keys = run([...each.keys()]);
			expect(run(order)).toEqual(keys);
			const all = keys.flat();
			expect(new Set(all).size).toBe(all.length);
		}),
	);
});

it('does not replace one that the item has set', () => {
	const headers = { 'idempotency-key': 'mine' };
	new IdempotencyKeys('Idempotency-Key', scope, [{ json: {} }]).forItem(0)({ ...request, headers });
	expect(headers).toEqual({ 'idempotency-key': 'mine' });
});

it('depends on workflow, node, run within the execution, method, path and body', () => {
	const keys = [
		keyOf({ id: 1 }),
		keyOf({ id: 2 }),
		keyOf({ id: 1 }, {}, { ...scope, workflowId: 'x' }),
		keyOf({ id: 1 }, {}, { ...scope, nodeId: 'x' }),
		keyOf({ id: 1 }, {}, { ...scope, runIndex: 1 }),
		keyOf({ id: 1 }, { method: 'PATCH' }),
		keyOf({ id: 1 }, { url: new URL('https://api.example.com/refunds') }),
		keyOf({ id: 1 }, { body: '{"id":2}' }),
		keyOf({ id: 1 }, { body: undefined }),
	];
	expect(new Set(keys).size).toBe(keys.length);
});

it('does not depend on what a credential changes', () => {
	const credential = { ...request.credential, inBody: true };
	const first = keyOf({ id: 1 }, { credential, body: 'token=1' });
	expect(first).toBeDefined();
	expect(keyOf({ id: 1 }, { credential, body: 'token=2' })).toBe(first);
	const url = (token: string) => new URL(`https://api.example.com/orders?token=${token}`);
	expect(keyOf({ id: 1 }, { url: url('a') })).toBe(keyOf({ id: 1 }, { url: url('b') }));
});

it('does not depend on the boundary of a form, nor on what is in a file', () => {
	const form = (boundary: string, name = 'content-type') => ({
		headers: { [name]: `multipart/form-data; boundary=${boundary}` },
		body: Buffer.from(`--${boundary}--`),
	});
	const key = keyOf({ id: 1 }, form('a'));
	expect(key).toBeDefined();
	expect(keyOf({ id: 1 }, form('b'))).toBe(key);
	// With Lowercase Headers off, the name stays as the user wrote it.
	expect(keyOf({ id: 1 }, form('c', 'Content-Type'))).toBe(key);
	const file = { open: async () => await Promise.reject(new Error('Not to be read')) };
	expect(keyOf({ id: 1 }, { body: file })).toBe(keyOf({ id: 1 }, { body: undefined }));
});

it.each([
	['refers to itself', 'circular'],
	['contains a BigInt', 'bigint'],
])('fails for an item alone whose data %s', (_what, kind) => {
	const json: Record<string, unknown> = { id: 1 };
	json.more = kind === 'circular' ? json : 1n;
	const keysFor = (first: unknown) =>
		new IdempotencyKeys('Idempotency-Key', scope, [{ json: first }, { json: { a: 1 } }]);
	const keys = keysFor(json);
	expect(() => keys.forItem(0)).toThrow(InvalidParameter);
	expect(keysOf(keys, 1)).toEqual(keysOf(keysFor({}), 1));
	expect(() => keysFor(json).forItem(1)).not.toThrow();
});
