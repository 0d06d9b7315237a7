import { jsonOf, pairsOf } from '../../workflow/sendItems.ts';
import type { ExampleCheck } from '../ExampleCheck.ts';

/** What becomes of responses: docs/options/output.md. */
export const outputChecks: Record<string, ExampleCheck> = {
	'enrich-rows.json': {
		expect: ({ items, errors }) => {
			expect(jsonOf(items)).toEqual([
				{ email: 'ada@example.com', customer: 1, name: 'Customer 1', city: 'Berlin' },
				{ email: 'bo@example.com', customer: 2, name: 'Customer 2', city: 'Copenhagen' },
			]);
			// n8n adds the fields of the row.
			expect(jsonOf(errors)).toMatchObject([
				{ email: 'cy@example.com', error: { status: 404, body: { message: 'No such customer' } } },
			]);
			expect(pairsOf([...items, ...errors])).toEqual([0, 1, 2]);
		},
	},

	'response-in-field.json': {
		expect: ({ items }) => {
			expect(jsonOf(items)).toMatchObject(
				[1, 2, 3].map((id) => ({
					id,
					name: `Row ${id}`,
					customer: { id, name: `Customer ${id}` },
				})),
			);
		},
	},

	'items-from-list.json': {
		expect: ({ server, items }) => {
			expect(server.requests).toHaveLength(3);
			expect(items.map(({ json }) => json.order)).toEqual([1, 2, 3, 4, 5, 6]);
			const hasNext = items.map(({ json }) => typeof json.next === 'string');
			expect(hasNext).toEqual([true, true, true, true, false, false]);
		},
	},

	'request-details.json': {
		expect: ({ items }) => {
			expect(jsonOf(items)).toMatchObject(
				Array.from({ length: 20 }, () => ({ request: { status: 200, tries: 1 } })),
			);
			const slowest = items.find(({ json }) => json.id === 97);
			const { firstByteMs } = slowest?.json.request as { firstByteMs: number };
			expect(firstByteMs).toBeGreaterThanOrEqual(299);
		},
	},

	'summary-message.json': {
		expect: ({ items, output }) => {
			expect([items, output(2)].map((list) => list.length)).toEqual([299, 1]);
			const [summary] = output(1);
			expect(summary?.json).toMatchObject({
				items: { total: 300, succeeded: 299, failed: 1 },
				latency: { p50: expect.any(Number) as number, p99: expect.any(Number) as number },
				itemFailures: { 503: 1 },
			});
			const slowest = summary?.json.slowestItems as Array<{ milliseconds: number }>;
			expect(slowest).toHaveLength(10);
			// Customers 97, 194 and 291 take 300 ms.
			expect(slowest[2]?.milliseconds).toBeGreaterThanOrEqual(299);
			expect(summary?.binary?.chart?.mimeType).toBe('image/png');
		},
	},
};
