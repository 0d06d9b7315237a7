import fc from 'fast-check';

import { IdempotencyKeys } from '../../../nodes/ConcurrentHttpRequest/request/idempotencyKey.ts';
import { requestTo } from '../transport/requestTo.ts';

const scope = { workflowId: 'w', nodeId: 'n' };
const request = requestTo('https://api.example.com/orders', { method: 'POST', body: '{"id":1}' });
const keyOf = (json: unknown, changes: Partial<typeof request> = {}, of = scope) =>
	new IdempotencyKeys('Idempotency-Key', of).keyFor(json, { ...request, ...changes });

it('is a UUID', () => {
	expect(keyOf({ id: 1 })).toMatch(
		/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
	);
});

it('is the same in each run, and differs between any two items of a run', () => {
	fc.assert(
		fc.property(fc.array(fc.jsonValue(), { maxLength: 30 }), (items) => {
			const run = () => {
				const keys = new IdempotencyKeys('Idempotency-Key', scope);
				return items.map((json) => keys.keyFor(json, request));
			};
			const keys = run();
			expect(run()).toEqual(keys);
			expect(new Set(keys).size).toBe(items.length);
		}),
	);
});

it('depends on workflow, node, method, path and body', () => {
	const keys = [
		keyOf({ id: 1 }),
		keyOf({ id: 2 }),
		keyOf({ id: 1 }, {}, { ...scope, workflowId: 'x' }),
		keyOf({ id: 1 }, {}, { ...scope, nodeId: 'x' }),
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
	expect(keyOf({ id: 1 }, { credential, body: 'token=2' })).toBe(first);
	const url = (token: string) => new URL(`https://api.example.com/orders?token=${token}`);
	expect(keyOf({ id: 1 }, { url: url('a') })).toBe(keyOf({ id: 1 }, { url: url('b') }));
});

it('does not depend on the boundary of a form, nor on what is in a file', () => {
	const form = (boundary: string) => ({
		headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
		body: Buffer.from(`--${boundary}--`),
	});
	expect(keyOf({ id: 1 }, form('a'))).toBe(keyOf({ id: 1 }, form('b')));
	const file = { open: async () => await Promise.reject(new Error('Not to be read')) };
	expect(keyOf({ id: 1 }, { body: file })).toBe(keyOf({ id: 1 }, { body: undefined }));
});
