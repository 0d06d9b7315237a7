/**
 * Three real n8n with the packed node run the same workflow at once, on one account of one API, and
 * share its limits through a real Redis. One of them is killed in the middle.
 *
 * All times are of the API's clock. That a limit holds is checked in a way that a slow machine cannot
 * break (CountingApi.mostInAnyWindow). How much of a limit is used, to a few hundredths, is for
 * redisCalls.test.ts, in virtual time; here more than half of it is enough.
 */
import type { INode, INodeParameters } from 'n8n-workflow';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../../scripts/n8n/ExecutionResult.ts';
import { createInstance } from '../../scripts/n8n/instance.ts';
import type { N8nInstance } from '../../scripts/n8n/instance.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import {
	BUILT_IN_TYPE,
	hintsOf,
	httpNode,
	jsonOf,
	manualWith,
	NEWEST,
	node,
	pairsOf,
} from '../n8n/support/workflows.ts';
import { CountingApi, microseconds } from '../support/CountingApi.ts';
import { RedisServer } from '../../scripts/queue/RedisServer.ts';
import { TestServer } from '../support/TestServer.ts';

jest.setTimeout(300_000);

const WHO = ['a', 'b', 'c'] as const;
type Who = (typeof WHO)[number];

/** The account may have 240 requests in any 8 seconds, and 12 in flight. */
const BUDGET = { amount: 240, interval: 8_000 };
const CONCURRENCY = 12;

/** Milliseconds until the API answers: quickly, where the rate is short; slowly, where slots are. */
const QUICK = 20;
const SLOW = 1_000;

/** Milliseconds for one run, on a machine that is slow. */
const PATIENCE = 250_000;

const REDIS_ID = 'redis';
const ACCOUNT_ID = 'account';

let redis: RedisServer;
let startingLine: TestServer;
let quickApi: CountingApi;
let slowApi: CountingApi;
let instances: Record<Who, N8nInstance>;
const running = new Map<Who, RunningN8n>();

beforeAll(async () => {
	redis = await RedisServer.start();
	startingLine = await startStartingLine();
	quickApi = await CountingApi.start(QUICK);
	slowApi = await CountingApi.start(SLOW);
	const a = await createInstance({ name: 'test-shared-a', fresh: true });
	await a.importCredentials([
		{
			id: REDIS_ID,
			name: 'Redis',
			type: 'redis',
			data: { host: '127.0.0.1', port: redis.port, password: '', database: 0, ssl: false },
		},
		{
			id: ACCOUNT_ID,
			name: 'Account',
			type: 'concurrentHttpApi',
			data: {
				baseUrl: quickApi.url,
				authType: 'none',
				maxConcurrency: CONCURRENCY,
				rateLimits: {
					limits: [
						{ amount: BUDGET.amount, interval: BUDGET.interval / 1_000, intervalUnit: 'seconds' },
					],
				},
			},
		},
	]);
	const b = await createInstance({ name: 'test-shared-b', copyOf: a });
	const c = await createInstance({ name: 'test-shared-c', copyOf: a });
	instances = { a, b, c };
});

/** Hands out the items when all three have come for them: they start at the same moment. */
async function startStartingLine(): Promise<TestServer> {
	const server = await TestServer.start();
	const waiting: Array<() => void> = [];
	server.route('/items', ({ url }, response) => {
		const query = new URL(url, server.origin).searchParams;
		const items = Array.from({ length: Number(query.get('count')) }, (_, id) => ({
			...{ who: query.get('who'), id },
		}));
		waiting.push(() =>
			response.setHeader('content-type', 'application/json').end(JSON.stringify(items)),
		);
		if (waiting.length === WHO.length) for (const answer of waiting.splice(0)) answer();
	});
	return server;
}

beforeEach(startMissing);

/** Those that were killed are started again. */
async function startMissing(): Promise<void> {
	const missing = WHO.filter((who) => !running.has(who));
	await Promise.all(missing.map(async (who) => running.set(who, await instances[who].start())));
}

afterAll(async () => {
	await Promise.all([...running.values()].map(async (n8n) => await n8n.stop()));
	await startingLine?.close();
	await quickApi?.close();
	await slowApi?.close();
	await redis?.close();
});

/** What the node of all three is: the same JSON. */
function sharing(parameters: INodeParameters, credentials: INode['credentials'] = {}): INode {
	return httpNode(parameters, {
		credentials: { ...credentials, redis: { id: REDIS_ID, name: 'Redis' } },
	});
}

/**
 * Starts the workflow in all three, each with so many items of its own. They come from the starting
 * line, for which n8n's own HTTP Request makes an item of each element.
 */
async function startAll(sending: INode, count: number): Promise<Runs> {
	const url = `=${startingLine.origin}/items?who={{ $json.who }}&count=${count}`;
	const items = node('Items', BUILT_IN_TYPE, { url }, { typeVersion: NEWEST });
	const executions = WHO.map(async (who) => {
		const workflow = manualWith([{ json: { who } }], [items, sending]);
		const { executionId } = await running.get(who)!.startWorkflow(workflow);
		return [who, executionId] as const;
	});
	return new Runs(Object.fromEntries(await Promise.all(executions)) as Record<Who, string>);
}

/** One execution in each n8n. */
class Runs {
	private readonly results = new Map<Who, Promise<ExecutionResult>>();

	constructor(executions: Record<Who, string>) {
		for (const who of WHO) {
			const result = running.get(who)!.waitForExecution(executions[who], PATIENCE);
			// Of one that is killed; others are awaited.
			result.catch(() => {});
			this.results.set(who, result);
		}
	}

	/** Waits for the API to see something, as long as no run ends. */
	async until(api: CountingApi, condition: () => boolean): Promise<void> {
		const ends = [...this.results].map(async ([who, result]) => {
			const { status, error } = await result;
			throw new Error(`The run of ${who} has ended: ${status}, ${error?.message}`);
		});
		await Promise.race([api.until(condition), ...ends]);
	}

	async kill(who: Who): Promise<void> {
		const n8n = running.get(who)!;
		running.delete(who);
		this.results.delete(who);
		await n8n.kill();
	}

	async result(who: Who): Promise<ExecutionResult> {
		return await this.results.get(who)!;
	}
}

/** Each item was sent once, and came out once, in its place. */
function expectEveryItemOnce(api: CountingApi, who: Who, result: ExecutionResult, count: number) {
	expect(result.error).toBeUndefined();
	expect(result.status).toBe('success');
	const numbers = Array.from({ length: count }, (_, id) => id);
	const items = outputItems(result, 'HTTP');
	expect(pairsOf(items)).toEqual(numbers);
	expect(jsonOf(items)).toEqual(numbers.map((id) => ({ answer: `${who}-${id}` })));
	expect(idsOf(api, who)).toEqual(numbers);
}

function idsOf(api: CountingApi, who: Who): number[] {
	const ids = api.arrivals.filter((arrival) => arrival.who === who).map(({ id }) => Number(id));
	return ids.sort((one, other) => one - other);
}

test('an account’s limits: never more than the budget; one is killed', async () => {
	const api = quickApi;
	const sending = sharing(
		{
			authentication: 'concurrentHttpApi',
			url: '=/?who={{ $json.who }}&id={{ $json.id }}',
			maxConcurrency: 30,
			options: { sharedThrough: 'redis', whenRedisIsAway: 'wait' },
		},
		{ concurrentHttpApi: { id: ACCOUNT_ID, name: 'Account' } },
	);
	const perProcess = 360;
	const runs = await startAll(sending, perProcess);

	// Three full intervals, and the beginning of the fourth.
	const measured = 2 * BUDGET.amount + 5;
	await runs.until(api, () => api.arrivals.length >= measured);
	await runs.kill('a');
	const results = {
		b: await runs.result('b'),
		c: await runs.result('c'),
	};

	const { amount, interval } = BUDGET;
	expect(api.mostInAnyWindow(interval)).toBeLessThanOrEqual(amount);
	expect(api.mostInFlight).toBeLessThanOrEqual(CONCURRENCY);
	for (const who of ['b', 'c'] as const) {
		expectEveryItemOnce(api, who, results[who], perProcess);
		expect(hintsOf(results[who], 'HTTP')).toEqual([
			expect.stringMatching(
				/\. Waited (\d+ min )?[\d.]+ s for the limit of 240 requests every 8 seconds, shared/,
			),
		]);
	}
	const ofKilled = idsOf(api, 'a');
	expect(new Set(ofKilled).size).toBe(ofKilled.length);
	// It had work left.
	expect(ofKilled.length).toBeLessThan(perProcess);
	expect(api.shareUsed(amount, interval, measured)).toBeGreaterThan(0.5);
});

test('a name’s slots: never more in flight, and as many again after one is killed', async () => {
	const api = slowApi;
	const sending = sharing({
		url: `=${api.url}?who={{ $json.who }}&id={{ $json.id }}`,
		maxConcurrency: CONCURRENCY,
		options: { limitScope: 'name', limitName: 'slots', sharedThrough: 'redis' },
	});
	const perProcess = 80;
	const runs = await startAll(sending, perProcess);

	await runs.until(api, () => WHO.every((who) => api.inFlightOf(who) === CONCURRENCY / 3));
	const countFrom = api.arrivals.length;
	await runs.until(api, () => api.arrivals.length >= countFrom + 2 * CONCURRENCY);
	await runs.kill('a');
	const killedAt = microseconds();
	await runs.until(api, () => api.inFlightOf('b') + api.inFlightOf('c') === CONCURRENCY);
	const regainedAt = microseconds();
	const results = {
		b: await runs.result('b'),
		c: await runs.result('c'),
	};

	expect(api.mostInFlight).toBe(CONCURRENCY);
	for (const who of ['b', 'c'] as const) {
		expectEveryItemOnce(api, who, results[who], perProcess);
	}
	expect(idsOf(api, 'a').length).toBeLessThan(perProcess);
	// Without leases they would wait for ever, or until Redis forgets the name after more than a minute.
	expect((regainedAt - killedAt) / 1_000).toBeLessThan(60_000);
});
