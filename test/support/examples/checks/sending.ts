import { jsonOf, pairsOf } from '../../workflow/sendItems.ts';
import type { ExampleCheck } from '../ExampleCheck.ts';
import { echoesOf, urlsOf } from '../outcomes.ts';

const ORDERS = [1, 2, 3, 4, 5, 6].map((order) => ({ order }));

/** How requests are sent, and what becomes of responses: docs/options/sending.md. */
export const sendingChecks: Record<string, ExampleCheck> = {
	'old-server.json': {
		server: { http2: true },
		expect: ({ server, items }) => {
			expect(pairsOf(items)).toEqual([0, 1, 2]);
			expect(server.requests.map(({ httpVersion }) => httpVersion)).toEqual(['1.1', '1.1', '1.1']);
			expect(server.connections).toBe(3);
		},
	},

	'redirects-limit.json': {
		expect: ({ items, errors }) => {
			expect(pairsOf(items)).toEqual([0]);
			expect(echoesOf(items)[0]?.path).toBe('/echo');
			expect(pairsOf(errors)).toEqual([1]);
		},
	},

	'redirects-off.json': {
		expect: ({ server, items }) => {
			expect(server.requests).toHaveLength(2);
			const { port } = new URL(server.origin);
			expect(jsonOf(items)).toMatchObject([
				{ statusCode: 302, headers: { location: '/customers' } },
				{ statusCode: 302, headers: { location: `http://localhost:${port}/echo` } },
			]);
		},
	},

	'response-status.json': {
		expect: ({ items }) => {
			expect(items.map(({ json }) => json.statusCode)).toEqual([200, 404, 500]);
		},
	},

	'response-text.json': {
		expect: ({ items }) => {
			expect(jsonOf(items)).toEqual([{ html: '<h1>One</h1>' }, { html: '<h1>Two</h1>' }]);
		},
	},

	'response-file.json': {
		expect: ({ items }) => {
			// Not the content: in the item it may be the content itself, or where n8n's store has it.
			expect(items.map(({ binary }) => binary?.invoice)).toMatchObject(
				[1, 2, 3].map((id) => ({
					fileName: `invoice-${id}.pdf`,
					mimeType: 'application/pdf',
					bytes: `%PDF-1.4\n% Invoice ${id}\n%%EOF\n`.length,
				})),
			);
		},
	},

	'pagination-number.json': {
		expect: ({ server, items }) => {
			expect(jsonOf(items)).toEqual([...ORDERS, ...ORDERS]);
			expect(pairsOf(items)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
			const ofNorth = urlsOf(server).filter((url) => url.includes('north'));
			expect(ofNorth).toEqual([1, 2, 3, 4].map((page) => `/orders?shop=north&page=${page}`));
		},
	},

	'pagination-next-url.json': {
		expect: ({ server, items }) => {
			expect(items.flatMap(({ json }) => json.orders)).toEqual(ORDERS);
			expect(server.requests).toHaveLength(3);
		},
	},

	'pagination-status.json': {
		expect: ({ server, items }) => {
			expect(jsonOf(items)).toEqual([...ORDERS, { message: 'No such page' }]);
			expect(server.requests).toHaveLength(4);
		},
	},

	'timeout.json': {
		expect: async ({ server, items, errors }) => {
			expect(pairsOf(items)).toEqual([0]);
			expect(pairsOf(errors)).toEqual([1]);
			expect(JSON.stringify(errors[0]?.json)).toContain('2000 ms');
			// The server sees later than the node that the request was given up.
			await server.waitFor(({ aborted }) => aborted === 1);
		},
	},

	'credentials-on-redirect.json': {
		credentials: () => ({ httpHeaderAuth: { name: 'X-API-Key', value: 'secret' } }),
		expect: ({ items }) => {
			const [echo] = echoesOf(items);
			expect(echo?.headers.host).toMatch(/^localhost:/);
			expect(echo?.headers['x-api-key']).toBe('secret');
		},
	},

	'preview.json': {
		expect: ({ server, items, hints }) => {
			expect(server.requests).toEqual([]);
			expect(items).toHaveLength(1000);
			expect(items[999]?.json).toMatchObject({
				...{ method: 'POST', body: { id: 999, name: 'Customer 999' } },
				...{ curl: expect.stringContaining('curl') as string, startsAfterSeconds: 540 },
			});
			expect(hints[0]).toContain('at least 9 min');
		},
	},

	'limit-to-first-items.json': {
		expect: ({ server, hints }) => {
			expect(server.requests).toHaveLength(10);
			expect(hints[0]).toContain('Only the first 10 of 1,000 items');
		},
	},
};
