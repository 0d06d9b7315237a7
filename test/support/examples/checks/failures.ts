import { pairsOf } from '../../workflow/sendItems.ts';
import type { ExampleCheck } from '../ExampleCheck.ts';
import { echoesOf, urlsOf } from '../outcomes.ts';

/** What happens when requests fail: docs/options/failures.md. */
export const failureChecks: Record<string, ExampleCheck> = {
	'retry.json': {
		expect: ({ server, items, hints }) => {
			expect(pairsOf(items)).toEqual([0, 1, 2]);
			expect(urlsOf(server).sort()).toEqual(
				[1, 2, 3].flatMap((id) => Array<string>(3).fill(`/flaky?id=${id}`)),
			);
			expect(hints[0]).toContain('6 retries (6 x 503)');
		},
	},

	'retry-post.json': {
		expect: ({ server, items }) => {
			expect(server.requests).toHaveLength(3);
			expect(echoesOf(items)[0]).toMatchObject({ method: 'POST', body: '{"search":"Ada"}' });
		},
	},

	'idempotency-key.json': {
		expect: ({ server, items }) => {
			expect(pairsOf(items)).toEqual([0, 1]);
			const keysOf = (amount: number) =>
				server.requests
					.filter(({ url }) => url.endsWith(`=${amount}`))
					.map(({ headers }) => headers['idempotency-key']);
			expect(keysOf(10)).toHaveLength(3);
			expect(new Set(keysOf(10)).size).toBe(1);
			expect(new Set([...keysOf(10), ...keysOf(20)]).size).toBe(2);
			expect(keysOf(10)).not.toContain(undefined);
		},
	},

	'circuit-breaker.json': {
		expect: ({ server, errors }) => {
			expect(server.requests).toHaveLength(5);
			expect(errors).toHaveLength(50);
			expect(JSON.stringify(errors[5]?.json)).toContain('Not sent: too many');
		},
	},

	'stop-after-failed-share.json': {
		expect: ({ server, errors }) => {
			expect(server.requests).toHaveLength(10);
			expect(errors).toHaveLength(50);
			expect(JSON.stringify(errors[49]?.json)).toContain('Not tried');
		},
	},

	'stop-after-time.json': {
		expect: ({ server, items, errors }) => {
			expect(items).toHaveLength(server.requests.length);
			expect(items.length + errors.length).toBe(300);
			expect(JSON.stringify(errors.at(-1)?.json)).toContain('Not tried');
		},
	},

	'stop-after-failures.json': {
		expect: ({ server, errors }) => {
			expect(server.requests).toHaveLength(4);
			expect(errors).toHaveLength(50);
			expect(JSON.stringify(errors[4]?.json)).toContain('Not tried');
		},
	},
};
