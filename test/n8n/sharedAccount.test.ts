/** Two workflows that run at the same time in one n8n, on one account of one API. */
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../../scripts/n8n/ExecutionResult.ts';
import { createInstance } from '../../scripts/n8n/instance.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { CountingApi } from '../support/CountingApi.ts';
import { expectAtLeast, inThreeTries } from '../support/inThreeTries.ts';
import {
	hintsOf,
	httpNode,
	jsonOf,
	manual,
	numbersNode,
	numbersUpTo,
	pairsOf,
} from './support/workflows.ts';

// For three tries.
jest.setTimeout(600_000);

/** The account may have 700 requests in any 8 seconds, and 8 in flight. */
const BUDGET = { amount: 700, interval: 8_000 };
const CONCURRENCY = 8;

/** Three intervals, and more. */
const MANY = 2_300;
const FEW = 10;

/** Milliseconds for one run, on a machine that is slow. */
const PATIENCE = 250_000;

let n8n: RunningN8n;
let api: CountingApi;

beforeAll(async () => {
	const instance = await createInstance({ name: 'test-shared-account', fresh: true });
	n8n = await instance.start();
});

afterEach(async () => await api?.close());

afterAll(async () => await n8n?.stop());

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

async function shareAnAccount(): Promise<void> {
	api = await CountingApi.start(10);
	const { amount, interval } = BUDGET;
	const every = { amount, interval: interval / 1_000, intervalUnit: 'seconds' };
	const credential = await n8n.createCredential({
		name: 'Account',
		type: 'concurrentHttpApi',
		data: {
			...{ baseUrl: api.url, authType: 'none', maxConcurrency: CONCURRENCY },
			rateLimits: { budget: [every] },
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
	const largeBetween = api.arrivals
		.slice(api.firstOf('small'), api.lastOf('small'))
		.filter(({ who }) => who === 'large').length;
	expect(api.mostInAnyWindow(interval)).toBeLessThanOrEqual(amount);
	expect(api.mostInFlight).toBe(CONCURRENCY);
	expectEveryItemOnce(results.small, 'small', FEW);
	expectEveryItemOnce(results.large, 'large', MANY);
	expect(hintsOf(results.large, 'HTTP')).toEqual([
		expect.stringMatching(/waited \d+ s for the quota of 700 requests every 8 seconds/),
	]);
	expectAtLeast(api.shareUsed(amount, interval), 0.95);
	// Ten turns, and some while the small run gets its items ready; of 700 in an interval.
	expectAtLeast(5 * FEW, largeBetween);
	// It did not have to wait until the large one had no more to send.
	expectAtLeast(MANY - 100, api.lastOf('small'));
}

it(
	'two runs keep within an account’s limits together, use them, and take turns',
	inThreeTries(shareAnAccount, async () => await api.close()),
);
