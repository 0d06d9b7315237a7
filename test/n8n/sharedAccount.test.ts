/** Two workflows that run at the same time in one n8n, on one account of one API. */
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../../scripts/n8n/ExecutionResult.ts';
import { CountingApi } from '../support/CountingApi.ts';
import { sharedN8n } from './support/sharedN8n.ts';
import {
	hintsOf,
	httpNode,
	jsonOf,
	manual,
	numbersNode,
	numbersUpTo,
	pairsOf,
} from './support/workflows.ts';

jest.setTimeout(300_000);

/** The account may have 400 requests in any 4 seconds, and 8 in flight. */
const BUDGET = { amount: 400, interval: 4_000 };
const CONCURRENCY = 8;

/** Two intervals, and more. */
const MANY = 1_000;
const FEW = 10;

/** Milliseconds for one run, on a machine that is slow. */
const PATIENCE = 250_000;

const n8n = sharedN8n();
let api: CountingApi;

afterEach(async () => await api?.close());

function expectEveryItemOnce(result: ExecutionResult, who: string, count: number): void {
	expect(result.error).toBeUndefined();
	expect(result.status).toBe('success');
	const numbers = numbersUpTo(count);
	const items = outputItems(result, 'HTTP');
	expect(pairsOf(items)).toEqual(numbers);
	expect(jsonOf(items)).toEqual(numbers.map((id) => ({ answer: `${who}-${id}` })));
	const sent = api.arrivals.filter((arrival) => arrival.who === who).map(({ id }) => Number(id));
	expect(sent.sort((one, other) => one - other)).toEqual(numbers);
}

it('two runs keep within an account’s limits together, and take turns', async () => {
	api = await CountingApi.start(10);
	const { amount, interval } = BUDGET;
	const every = { amount, interval: interval / 1_000, intervalUnit: 'seconds' };
	const credential = await n8n.createCredential({
		name: 'Account',
		type: 'concurrentHttpApi',
		data: {
			...{ baseUrl: api.url, authType: 'none', maxConcurrency: CONCURRENCY },
			rateLimits: { limits: [every] },
		},
	});
	const start = async (who: string, count: number) => {
		const parameters = {
			authentication: 'concurrentHttpApi',
			url: `=/?who=${who}&id={{ $json.id }}`,
			maxConcurrency: 50,
		};
		const node = httpNode(parameters, { credentials: { concurrentHttpApi: credential } });
		const { executionId } = await n8n.startWorkflow(manual([numbersNode(count), node]));
		return executionId;
	};

	const large = await start('large', MANY);
	const largeEnds = n8n.waitForExecution(large, PATIENCE);
	await Promise.race([api.until(() => api.arrivals.length >= amount / 2), largeEnds]);
	const small = await start('small', FEW);
	const results = {
		small: await n8n.waitForExecution(small, PATIENCE),
		large: await largeEnds,
	};
	expect(api.mostInAnyWindow(interval)).toBeLessThanOrEqual(amount);
	expect(api.mostInFlight).toBe(CONCURRENCY);
	expectEveryItemOnce(results.small, 'small', FEW);
	expectEveryItemOnce(results.large, 'large', MANY);
	expect(hintsOf(results.large, 'HTTP')).toEqual([
		expect.stringMatching(/Waited [\d.]+ s for the limit of 400 requests every 4 seconds/),
	]);
	// It did not have to wait until the large one had no more to send.
	expect(api.lastOf('small')).toBeLessThan(MANY);
});
