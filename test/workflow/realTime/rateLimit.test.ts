import { CountingApi } from '../../support/CountingApi.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

const AMOUNT = 100;
/** Milliseconds. */
const INTERVAL = 1500;

// How much of a limit is used is for test/unit/limits/rate, in virtual time.
it('a server that counts by its own clock sees no window with more than the rate limit', async () => {
	const api = await CountingApi.start(5);
	const count = 3 * AMOUNT;
	const limit = { amount: AMOUNT, interval: INTERVAL, intervalUnit: 'ms' };
	const { items, hints } = await sendItems(
		{
			url: `=${api.url}?id={{ $json.id }}`,
			maxConcurrency: 50,
			rateLimits: { limits: [limit] },
		},
		{ items: numbered(count) },
	);
	const most = api.mostInAnyWindow(INTERVAL);
	await api.close();
	expect(items).toHaveLength(count);
	expect(api.arrivals).toHaveLength(count);
	expect(most).toBeLessThanOrEqual(AMOUNT);
	expect(hints[0]).toMatch(/Waited .* for the limit of 100 requests every 1500 ms/);
});
