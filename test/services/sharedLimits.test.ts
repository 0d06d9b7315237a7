import type { RateLimitOptions } from '../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit';
import type { WhenUnavailable } from '../../nodes/ConcurrentHttpRequest/limits/shared/redis/RedisLimit';
import type { SharedLimitOptions } from '../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimit';
import { LEASE, AWAY_GRACE } from '../../nodes/ConcurrentHttpRequest/limits/shared/redis/timing';
import { CountingApi, microseconds } from '../support/CountingApi';
import { type Hammer, Hammers } from '../support/redis/Hammers';
import { redisCommand } from '../support/redis/redisCommand';
import { RedisServer } from '../../scripts/queue/RedisServer.ts';
import { mostInWindow } from '../support/slidingWindow';

/**
 * Separate processes, a real Redis, an API that counts. Times are of the machine's monotonic clock,
 * which all processes share. The limits themselves are exact: no test allows one request more. How much
 * of them is used, and how fast, is for redisCalls.test.ts, in virtual time.
 */

/** Milliseconds after which a Redis that is away is away for certain. */
const SURELY_AWAY = AWAY_GRACE + 2_000;

/** Milliseconds after which a process ends of itself, if a test has not ended it. */
const LONGEST_RUN = 100_000;

let redis: RedisServer;
let hammers: Hammers;
let api: CountingApi;
let names = 0;

beforeAll(async () => {
	redis = await RedisServer.start();
	hammers = await Hammers.prepare();
});
afterEach(end);
afterAll(async () => {
	await hammers.close();
	await redis.close();
});

async function end(): Promise<void> {
	await hammers.killAll();
	await api.close();
}

interface Setup {
	limits: Omit<SharedLimitOptions, 'key'>;
	/** Milliseconds until the API answers. */
	latency: number;
	whenAway?: WhenUnavailable;
}

/** Starts three processes, or those that are named, with a name of limits that is new. */
async function hammer(setup: Setup, ...who: string[]): Promise<Record<string, Hammer>> {
	api = await CountingApi.start(setup.latency);
	names++;
	const started = (who.length > 0 ? who : ['a', 'b', 'c']).map((name) => [
		name,
		another(setup, name),
	]);
	return Object.fromEntries(started) as Record<string, Hammer>;
}

function another(setup: Setup, who: string, requests?: number): Hammer {
	return hammers.start({
		redisPort: redis.port,
		url: api.url,
		who,
		name: `limits ${names}`,
		limits: setup.limits,
		whenAway: setup.whenAway ?? 'wait',
		workers: 40,
		...(requests === undefined ? {} : { requests }),
		longest: LONGEST_RUN,
	});
}

async function stopAll(
	running: Record<string, Hammer>,
): Promise<{ admitted: number; calls: number }> {
	const reports = await Promise.all(Object.values(running).map(async (each) => await each.stop()));
	expect(reports.map(({ error }) => error)).toEqual(reports.map(() => undefined));
	return {
		admitted: reports.reduce((sum, { admitted }) => sum + admitted, 0),
		calls: reports.reduce((sum, { calls }) => sum + calls, 0),
	};
}

const requests = (amount: number, interval: number): RateLimitOptions => ({ amount, interval });

function expectBudgetKept({ amount, interval }: RateLimitOptions, from = 0): void {
	const counted = api.arrivals.filter(({ startedAt }) => startedAt >= from);
	const window = interval * 1_000;
	const starts = counted.map(({ startedAt }) => ({ time: startedAt, cost: 1 }));
	const arrivals = counted.map(({ arrivedAt }) => ({ time: arrivedAt, cost: 1 }));
	expect(mostInWindow(starts, window)).toBeLessThanOrEqual(amount);
	expect(mostInWindow(arrivals, window)).toBeLessThanOrEqual(amount);
}

describe('three processes', () => {
	test('start no more than the budget in any window', async () => {
		const budget = requests(100, 2_000);
		const running = await hammer({ limits: { rateLimits: [budget] }, latency: 20 });
		await api.until(() => api.arrivals.length >= 305);
		await stopAll(running);
		expectBudgetKept(budget);
	});

	test('keep within several rate limits and the concurrency at once', async () => {
		const second = requests(40, 1_000);
		const more = requests(60, 2_000);
		const limits = { concurrency: 8, rateLimits: [second, more] };
		const running = await hammer({ limits, latency: 50 });
		await api.until(() => api.arrivals.length >= 125);
		await stopAll(running);
		expectBudgetKept(second);
		expectBudgetKept(more);
		expect(api.mostInFlight).toBeLessThanOrEqual(8);
	});

	test('have no more in flight than the concurrency, and as many', async () => {
		const running = await hammer({ limits: { concurrency: 12, rateLimits: [] }, latency: 200 });
		await api.until(() => api.arrivals.length >= 300);
		await stopAll(running);
		expect(api.mostInFlight).toBe(12);
	});

	test('share one slot', async () => {
		const running = await hammer({ limits: { concurrency: 1, rateLimits: [] }, latency: 10 });
		await api.until(() => ['a', 'b', 'c'].every((who) => api.arrivalsOf(who) >= 10));
		await stopAll(running);
		expect(api.mostInFlight).toBe(1);
	});
});

describe('when one is killed', () => {
	test('the others get its slots back', async () => {
		const running = await hammer({ limits: { concurrency: 12, rateLimits: [] }, latency: 100 });
		await api.until(() => api.inFlightOf('a') >= 4 && api.arrivals.length >= 100);
		await running.a!.kill();
		await api.until(() => api.inFlightOf('b') + api.inFlightOf('c') === 12);
		await stopAll({ b: running.b!, c: running.c! });
		expect(api.mostInFlight).toBeLessThanOrEqual(12);
	});

	test('what it started still counts, and the others use the rest', async () => {
		const budget = requests(60, 2_000);
		const running = await hammer({ limits: { rateLimits: [budget] }, latency: 20 });
		await api.until(() => api.arrivals.length >= 90 && api.arrivalsOf('a') >= 20);
		await running.a!.kill();
		const killedAt = microseconds();
		// It may have died with grants that it had not used, and no word of what it had.
		const settled = killedAt + (LEASE + budget.interval) * 1_000;
		await api.until(() => api.arrivals.filter((each) => each.startedAt > settled).length >= 125);
		await stopAll({ b: running.b!, c: running.c! });
		expectBudgetKept(budget);
	});
});

describe('a run of 10 beside one that always has more to do', () => {
	test('gets slots', async () => {
		const setup: Setup = { limits: { concurrency: 4, rateLimits: [] }, latency: 50 };
		const running = await hammer(setup, 'large');
		await api.until(() => api.arrivals.length >= 40);
		const { admitted } = await another(setup, 'small', 10).report;
		expect(admitted).toBe(10);
		await stopAll(running);
		expect(api.mostInFlight).toBeLessThanOrEqual(4);
	});

	test('gets its part of the budget', async () => {
		const budget = requests(40, 1_500);
		const setup: Setup = { limits: { rateLimits: [budget] }, latency: 10 };
		const running = await hammer(setup, 'large');
		await api.until(() => api.arrivals.length >= 81);
		const { admitted } = await another(setup, 'small', 10).report;
		expect(admitted).toBe(10);
		await stopAll(running);
		expectBudgetKept(budget);
	});
});

describe('when Redis is restarted and has lost its data', () => {
	const budget = requests(60, 2_000);
	const limits = { concurrency: 12, rateLimits: [budget] };

	test('they wait for it, and the limits still hold', async () => {
		const running = await hammer({ limits, latency: 50, whenAway: 'wait' });
		await api.until(() => api.arrivals.length >= 150);
		await redis.stop();
		await sleep(SURELY_AWAY);
		// Grants that they had are used up or have expired.
		const before = api.arrivals.length;
		await sleep(1_000);
		expect(api.arrivals.length).toBe(before);
		await redis.start();
		await api.until(() => api.arrivals.length >= before + 150);
		await stopAll(running);
		expectBudgetKept(budget);
		expect(api.mostInFlight).toBeLessThanOrEqual(12);
	});

	test('they fail, if they are to', async () => {
		const running = await hammer({ limits, latency: 50, whenAway: 'fail' });
		await api.until(() => api.arrivals.length >= 100);
		await redis.stop();
		const reports = await Promise.all(
			Object.values(running).map(async ({ report }) => await report),
		);
		await redis.start();
		for (const { error } of reports) {
			expect(error).toMatch(/^RedisUnavailable: Redis, .* cannot be reached: .*ECONNREFUSED/);
		}
	});

	test('they go on with a third each, if they are to, and share again when it is back', async () => {
		const running = await hammer({ limits, latency: 50, whenAway: 'localShare' });
		await api.until(() => api.arrivals.length >= 150);
		await redis.stop();
		await sleep(SURELY_AWAY);
		const alone = microseconds();
		const before = api.arrivals.length;
		await api.until(() => api.arrivals.length >= before + 130);
		const most = ['a', 'b', 'c'].map((who) => {
			const starts = api.arrivals
				.filter((arrival) => arrival.who === who && arrival.startedAt >= alone)
				.map(({ startedAt }) => ({ time: startedAt, cost: 1 }));
			return mostInWindow(starts, budget.interval * 1_000);
		});
		await redis.start();
		await api.until(() => api.arrivals.length >= before + 330);
		await stopAll(running);
		expect(Math.max(...most)).toBeLessThanOrEqual(20);
		expectBudgetKept(budget, alone);
		expect(api.mostInFlight).toBeLessThanOrEqual(12);
	});
});

test('the limits hold when Redis forgets its scripts, and when it forgets everything', async () => {
	const budget = requests(60, 2_000);
	const running = await hammer({ limits: { concurrency: 12, rateLimits: [budget] }, latency: 50 });
	await api.until(() => api.arrivals.length >= 100);
	await redisCommand(redis.port, 'SCRIPT', ['FLUSH']);
	await api.until(() => api.arrivals.length >= 200);
	await redisCommand(redis.port, 'FLUSHALL');
	await api.until(() => api.arrivals.length >= 300);
	await stopAll(running);
	expectBudgetKept(budget);
	expect(api.mostInFlight).toBeLessThanOrEqual(12);
});

test('when Redis hangs, they wait, and the limits hold when it answers again', async () => {
	const budget = requests(60, 2_000);
	const running = await hammer({ limits: { concurrency: 12, rateLimits: [budget] }, latency: 50 });
	await api.until(() => api.arrivals.length >= 100);
	redis.pause();
	await sleep(5_000);
	redis.resume();
	const before = api.arrivals.length;
	await api.until(() => api.arrivals.length >= before + 150);
	await stopAll(running);
	expectBudgetKept(budget);
	expect(api.mostInFlight).toBeLessThanOrEqual(12);
});

test('all keys expire by themselves, and are on one node of a cluster', async () => {
	const running = await hammer({
		limits: { concurrency: 3, rateLimits: [requests(5, 500)] },
		latency: 5,
	});
	await api.until(() => api.arrivals.length >= 12);
	const keys = (await redisCommand(redis.port, 'KEYS', [`*limits%20${names}*`])) as string[];
	expect(keys).toHaveLength(5);
	for (const key of keys) {
		expect(key).toMatch(new RegExp(`^n8n-concurrent-http:\\{limits%20${names}\\}:`));
		expect(await redisCommand(redis.port, 'PTTL', [key])).toBeGreaterThan(60_000);
	}
	await stopAll(running);
});

async function sleep(milliseconds: number): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
