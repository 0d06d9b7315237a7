import fc from 'fast-check';

import type { SharedLimitOptions } from '../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimit';
import { redisKeys } from '../../nodes/ConcurrentHttpRequest/limits/shared/redis/exchange';
import { LEASE, LONGEST_WAIT } from '../../nodes/ConcurrentHttpRequest/limits/shared/redis/timing';
import type { RateLimitOptions } from '../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit';
import { RedisServer } from '../../scripts/queue/RedisServer.ts';
import {
	type Shared,
	type Sharing,
	type Start,
	simulateSharing,
} from '../support/redis/simulateSharing';
import { redisCommand } from '../support/redis/redisCommand';
import { seededRandom } from '../support/servers/random';
import { mostInWindow } from '../support/slidingWindow';

/**
 * The real script in a real Redis, in virtual time: that limits hold and are used, that runs get their
 * shares, and how often they call Redis.
 */

let redis: RedisServer;
let simulations = 0;

beforeAll(async () => {
	redis = await RedisServer.start();
});
afterAll(async () => {
	await redis.close();
});

async function share(sharing: Omit<Sharing, 'redisPort' | 'name' | 'random'>): Promise<Shared> {
	simulations++;
	const name = `simulation ${simulations}`;
	const random = seededRandom(simulations);
	return await simulateSharing({ redisPort: redis.port, name, random, ...sharing });
}

const startsOf = (run: number, starts: readonly Start[]) =>
	starts.filter((start) => start.run === run);

function expectKept(
	{ concurrency, rateLimits }: Omit<SharedLimitOptions, 'key'>,
	{ starts, mostInFlight }: Shared,
): void {
	if (concurrency !== undefined) expect(mostInFlight).toBeLessThanOrEqual(concurrency);
	for (const { amount, interval } of rateLimits) {
		expect(mostInWindow([...starts], interval)).toBeLessThanOrEqual(amount);
	}
}

const budget = { amount: 100, interval: 5_000 };
const three = { runs: 3, workers: 40, requests: 103, latency: 20 };

describe('one run', () => {
	const plenty = { amount: 100_000, interval: 60_000 };

	it.each([
		['a budget, one request at a time', { rateLimits: [plenty] }, 1, 20, 1.01],
		['a budget, slow requests, one at a time', { rateLimits: [plenty] }, 1, 1_000, 1.02],
		['a budget, ten at a time', { rateLimits: [plenty] }, 10, 20, 0.2],
		['slots, one at a time', { concurrency: 5, rateLimits: [] }, 1, 20, 0.05],
	])('with %s', async (_, limits, workers, latency, most) => {
		const shared = await share({ runs: 1, limits, workers, latency, requests: 200 });
		expectKept(limits, shared);
		expect(shared.calls / shared.admitted).toBeLessThanOrEqual(most);
	});

	it('counts once in Redis after it has ended, also with two limits of the same interval', async () => {
		const interval = 5_000;
		const rateLimits = [60, 100].map((amount) => ({ amount, interval }));
		await share({ runs: 1, workers: 30, requests: 30, latency: 20, limits: { rateLimits } });
		const sums = redisKeys(`simulation ${simulations}`, ['5000-requests']).all[4]!;
		expect(await redisCommand(redis.port, 'HGETALL', [sums])).toEqual(['ended', '30']);
	});
});

describe('three runs', () => {
	const slots = { concurrency: 12, rateLimits: [] };

	it('make few calls for a budget, and use it', async () => {
		const shared = await share({ ...three, limits: { rateLimits: [budget] } });
		expectKept({ rateLimits: [budget] }, shared);
		expect(shared.calls / shared.admitted).toBeLessThan(0.3);
		// The last nine start with the fourth window.
		expect(shared.duration).toBeLessThan(3 * budget.interval * 1.03);
		// A third each, of all windows but the first, which goes to whoever asks first.
		for (const run of [0, 1, 2]) {
			expect(startsOf(run, shared.starts.slice(100, 300)).length).toBeGreaterThanOrEqual(60);
		}
	});

	it('say for which of several limits they waited', async () => {
		const rateLimits = [
			{ amount: 100, interval: 1_000 },
			{ amount: 30, interval: 5_000 },
		];
		const { waitedFor } = await share({ ...three, requests: 40, limits: { rateLimits } });
		const label = 'the limit of 30 requests every 5 seconds, shared';
		expect(waitedFor).toEqual([label, label, label]);
	});

	it('have nearly always as many in flight as the concurrency, with few calls', async () => {
		const shared = await share({ ...three, limits: slots, latency: 200 });
		expect(shared.mostInFlight).toBe(12);
		const rounds = shared.admitted / 12;
		expect(shared.duration).toBeLessThan(rounds * 200 * 1.05);
		expect(shared.calls / shared.admitted).toBeLessThan(0.3);
	});

	it('get the slots of one that is killed within the lease', async () => {
		const diesAfter = 5_000;
		const latency = 100;
		const shared = await share({
			...{ runs: 3, workers: 40, requests: 1_000, limits: slots, latency },
			firstDiesAfter: diesAfter,
		});
		expectKept(slots, shared);
		expect(startsOf(0, shared.starts).at(-1)!.time).toBeLessThan(diesAfter);
		const regained = diesAfter + LEASE + LONGEST_WAIT;
		const after = shared.starts.filter(({ time }) => time >= regained && time < regained + 1_000);
		expect(after.length).toBeGreaterThanOrEqual(0.95 * 12 * (1_000 / latency));
	});

	it('use what one that was killed has left of the budget', async () => {
		const diesAfter = 7_000;
		const limits = { rateLimits: [budget] };
		const shared = await share({ ...three, requests: 400, limits, firstDiesAfter: diesAfter });
		expectKept(limits, shared);
		// It may have died with grants that it had not used, and no word of what it had.
		const settled = diesAfter + LEASE + budget.interval;
		const after = shared.starts.filter(({ time }) => time >= settled && time < settled + 15_000);
		expect(after.length).toBeGreaterThanOrEqual(0.95 * 3 * budget.amount);
	});

	it.each(['ends', 'amounts', 'sums'] as const)(
		'stay within a budget, and go on, after Redis has evicted its %s',
		async (part) => {
			const rateLimits = [budget];
			const shared = await share({
				...three,
				limits: { rateLimits },
				evicts: { after: 2_500, part },
			});
			expectKept({ rateLimits }, shared);
			expect(shared.admitted).toBe(309);
		},
	);

	it('do not wake each other in vain where slots and rate limits are short together', async () => {
		const second = { amount: 40, interval: 1_000 };
		const limits = { concurrency: 8, rateLimits: [second, budget] };
		const shared = await share({ ...three, limits, latency: 50 });
		expectKept(limits, shared);
		expect(shared.calls / shared.admitted).toBeLessThan(2);
		expect(shared.duration).toBeLessThan(3 * budget.interval * 1.05);
	});

	it.each([
		[1_000, false],
		[1_000, true],
		[2_500, false],
		[2_500, true],
	])(
		'do not ask more often while one stalls for %i ms (only the first: %s)',
		async (length, onlyFirst) => {
			const stalls = { every: 4_000, length, onlyFirst };
			const withBudget = await share({ ...three, limits: { rateLimits: [budget] }, stalls });
			expectKept({ rateLimits: [budget] }, withBudget);
			expect(withBudget.calls / withBudget.admitted).toBeLessThan(0.4);
			const withSlots = await share({ ...three, limits: slots, latency: 200, stalls });
			expectKept(slots, withSlots);
			expect(withSlots.calls / withSlots.admitted).toBeLessThan(0.3);
		},
	);
});

describe('many short runs', () => {
	it('share a budget, and Redis keeps what they used together once they have ended', async () => {
		const rateLimits = [{ amount: 60, interval: 5_000 }];
		const setup = { runs: 40, workers: 1, requests: 3, latency: 20 };
		const shared = await share({ ...setup, limits: { rateLimits } });
		expectKept({ rateLimits }, shared);
		const all = redisKeys(`simulation ${simulations}`, ['5000-requests']).all;
		const [ends, , sums] = all.slice(2);
		const runs = await redisCommand(redis.port, 'HGETALL', [sums!]);
		expect(runs).toEqual(['ended', expect.any(String)]);
		const window = shared.starts.filter(({ time }) => time > shared.duration - 5_000);
		expect(Number((runs as string[])[1])).toBeGreaterThanOrEqual(window.length);
		expect(await redisCommand(redis.port, 'ZCARD', [ends!])).toBeLessThan(window.length);
	});
});

describe('a run without rate limits', () => {
	it('does not shorten the time for which Redis remembers the day of another', async () => {
		const inRedis = { redisPort: redis.port, name: 'a day', random: seededRandom(1) };
		const run = { ...inRedis, runs: 1, workers: 1, requests: 2, latency: 20 };
		const day = 86_400_000;
		const rateLimits = [{ amount: 10_000, interval: day }];
		await simulateSharing({ ...run, limits: { rateLimits } });
		await simulateSharing({ ...run, limits: { concurrency: 5, rateLimits: [] } });
		const [state] = redisKeys(run.name, []).all;
		expect(await redisCommand(redis.port, 'PTTL', [state!])).toBeGreaterThan(day);
	});
});

describe('three runs at an API that notes arrivals up to 100 ms late', () => {
	const second = { amount: 100, interval: 1_000 };
	const LATEST = 100;

	/** The most that the API notes in any second. */
	async function mostNoted(rateLimit: RateLimitOptions): Promise<number> {
		const random = seededRandom(9);
		const { starts } = await share({
			...three,
			requests: 300,
			limits: { rateLimits: [rateLimit] },
		});
		const noted = starts.map(({ time, cost }) => ({ time: time + random() * LATEST, cost }));
		return mostInWindow(noted, second.interval);
	}

	it('exceed a limit by the second without a safety margin', async () => {
		expect(await mostNoted(second)).toBeGreaterThan(second.amount);
	});

	it('keep it with one of 100 ms', async () => {
		expect(await mostNoted({ ...second, safetyMargin: LATEST })).toBeLessThanOrEqual(second.amount);
	});
});

describe('three runs whose latencies have a heavy tail', () => {
	/** The mean number of requests in flight while some wait: from the tenth start to the last. */
	const usedSlots = ({ starts }: Shared) => {
		const [from, to] = [starts[10]!.time, starts.at(-1)!.time];
		const times = starts.map(({ time, latency }) =>
			Math.max(0, Math.min(to, time + latency) - Math.max(from, time)),
		);
		return times.reduce((sum, time) => sum + time, 0) / (to - from);
	};
	/** The used share of a rate limit: its interval to the time after which a place is used again. */
	const usedShare = ({ amount, interval }: RateLimitOptions, { starts }: Shared) => {
		const again = starts.slice(2 * amount).map(({ time }, i) => time - starts[i + amount]!.time);
		return interval / (again.reduce((sum, time) => sum + time, 0) / again.length);
	};

	it.each([
		[{ amount: 100, interval: 1_000 }, 1.5],
		[{ amount: 100, interval: 5_000 }, 1.5],
		[{ amount: 100, interval: 60_000 }, 2.2],
	])('keep within %p, use it, and get a third each', async (rateLimit, calls) => {
		const limits = { rateLimits: [rateLimit] };
		const setup = { runs: 3, workers: 200, requests: 400 };
		const shared = await share({ ...setup, limits, latency: 'heavy-tailed' });
		expectKept(limits, shared);
		expect(usedShare(rateLimit, shared)).toBeGreaterThan(0.97);
		expect(shared.calls / shared.admitted).toBeLessThan(calls);
		for (const run of [0, 1, 2]) {
			const started = startsOf(run, shared.starts.slice(100, 400)).length;
			expect(started).toBeGreaterThanOrEqual(95);
		}
	});

	it.each([
		[11.9, undefined],
		[10.5, { every: 4_000, length: 1_000 }],
	])('keep within 12 in flight, %f on average, with stalls: %p', async (used, stalls) => {
		const limits = { concurrency: 12, rateLimits: [] };
		const setup = { runs: 3, workers: 40, requests: 500, limits };
		const shared = await share({ ...setup, latency: 'heavy-tailed', ...(stalls && { stalls }) });
		expectKept(limits, shared);
		expect(usedSlots(shared)).toBeGreaterThan(used);
		expect(shared.calls / shared.admitted).toBeLessThan(0.3);
	});
});

describe('a run of 10 beside one with more to do than the limits allow', () => {
	const sharing = { runs: 1, workers: 40, requests: 500, latency: 50 };
	const latecomer = { after: 2_000, requests: 10 };

	/** How many the large run starts between the arrival of the small one and its last start. */
	const ofLargeBetween = ({ starts }: Shared) => {
		const last = startsOf(1, starts).at(-1)!;
		const between = starts.filter(({ time }) => time >= latecomer.after && time <= last.time);
		return startsOf(0, between).length;
	};

	it('gets its part of the slots', async () => {
		const limits = { concurrency: 4, rateLimits: [] };
		const shared = await share({ ...sharing, limits, latecomer });
		expectKept(limits, shared);
		// As many as its own, and what is in flight when the shares change.
		expect(ofLargeBetween(shared)).toBeLessThanOrEqual(20);
	});

	it('gets its part of the budget in the next window', async () => {
		const rateLimits = [{ amount: 40, interval: 1_500 }];
		const shared = await share({ ...sharing, limits: { rateLimits }, latecomer });
		expectKept({ rateLimits }, shared);
		// The rest of the window in which it came, and 30 of the next.
		expect(ofLargeBetween(shared)).toBeLessThanOrEqual(70);
	});
});

it('holds every limit, with few calls, whatever the runs and limits are, and however they stall', async () => {
	const limits = fc.record({
		concurrency: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
		rateLimits: fc.array(
			fc.record({
				amount: fc.integer({ min: 1, max: 60 }),
				interval: fc.constantFrom(200, 1_000, 3_000),
			}),
			{ maxLength: 2 },
		),
	});
	const setup = fc.record({
		runs: fc.integer({ min: 1, max: 4 }),
		workers: fc.constantFrom(1, 3, 20),
		requests: fc.integer({ min: 1, max: 30 }),
		latency: fc.constantFrom(1, 20, 300),
		// Less than half of a lease with the answer's time: what is longer may overlap.
		stalls: fc.option(
			fc.record({
				every: fc.constantFrom(3_000, 5_000),
				length: fc.integer({ min: 100, max: 2_000 }),
			}),
			{ nil: undefined },
		),
	});
	await fc.assert(
		fc.asyncProperty(limits, setup, async ({ concurrency, rateLimits }, { stalls, ...each }) => {
			const terms = { rateLimits, ...(concurrency !== undefined && { concurrency }) };
			const shared = await share({ ...each, limits: terms, ...(stalls && { stalls }) });
			expectKept(terms, shared);
			expect(shared.admitted).toBe(each.runs * each.requests);
			// Few for an admission even where runs take turns, and at most ten a second while one waits.
			const byTime = (10 * each.runs * shared.duration) / 1_000;
			expect(shared.calls).toBeLessThanOrEqual(4 * (shared.admitted + each.runs) + byTime);
		}),
		{ numRuns: 25 },
	);
});
