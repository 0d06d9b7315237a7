import { RateLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit.ts';
import {
	AlignedWindows,
	type QuotaServer,
	SlidingWindow,
	TokenBucket,
	WindowsFromFirstRequest,
} from './quotaServers.ts';
import { simulate } from './simulate.ts';

const MINUTE = 60_000;
const ITEMS = 1000;
const xRateLimit = (remaining: number, wait: number) => ({
	'x-ratelimit-limit': '100',
	'x-ratelimit-remaining': String(remaining),
	'x-ratelimit-reset': String(Math.ceil(wait / 1000)),
});
const rateLimit = (remaining: number, wait: number) => ({
	ratelimit: `"default";r=${remaining};t=${Math.ceil(wait / 1000)}`,
});

/** Servers that say nothing until they refuse, with the seconds that 1,000 requests take at least. */
const SERVERS: Array<[name: string, server: () => QuotaServer, minimum: number]> = [
	// The last of ten periods need not pass, nor what of the first had passed before the run.
	['fixed periods from the first request', () => new WindowsFromFirstRequest(100, MINUTE), 540],
	['fixed periods by the clock', () => new AlignedWindows(100, MINUTE), 540],
	['fixed periods, 30 s into the first', () => new AlignedWindows(100, MINUTE, 30_000), 510],
	['a sliding period', () => new SlidingWindow(100, MINUTE), 540],
	['tokens that refill, a bucket of 100', () => new TokenBucket(100, MINUTE, 100), 540],
	['tokens that refill, a bucket of 50', () => new TokenBucket(100, MINUTE, 50), 570],
];
const SMALL_BUCKET: (typeof SERVERS)[number] = [
	'tokens that refill, a bucket of 10',
	() => new TokenBucket(100, MINUTE, 10),
	594,
];
const SEEDS = [4, 5, 6];

describe('1,000 items, 10 in flight, 100 requests a minute', () => {
	it.each(SERVERS)(
		'%s, with Retry-After alone: under 1 %% refused',
		async (_, newServer, minimum) => {
			for (const seed of SEEDS) {
				const run = await simulate({ items: ITEMS, concurrency: 10, server: newServer(), seed });
				expect(run.succeeded).toBe(ITEMS);
				expect(run.refusals / (ITEMS + run.refusals)).toBeLessThan(0.01);
				expect(run.duration / 1000).toBeLessThan(minimum * 1.03);
			}
		},
	);

	it.each([
		['X-RateLimit-Limit, -Remaining and -Reset', xRateLimit],
		['RateLimit, without the limit', rateLimit],
	])('a server that tells what is left by %s: none refused', async (_, tells) => {
		const server = new WindowsFromFirstRequest(100, MINUTE, tells);
		const run = await simulate({ items: ITEMS, concurrency: 10, server });
		expect(run).toMatchObject({ succeeded: ITEMS, refusals: 0 });
		expect(run.duration / 1000).toBeLessThan(540 * 1.03);
	});

	it('is refused again in every period without the estimate', async () => {
		const server = new WindowsFromFirstRequest(100, MINUTE);
		const run = await simulate({ items: ITEMS, concurrency: 10, server, withoutEstimate: true });
		expect(run.succeeded).toBe(ITEMS);
		expect(run.refusals).toBeGreaterThan(3 * 9);
	});
});

describe('a server that rounds Retry-After down, to 0 at times', () => {
	const roundingDown = (server: QuotaServer): QuotaServer => ({
		answer: (now) => {
			const { status, headers } = server.answer(now);
			const wait = headers['retry-after'];
			if (wait === undefined) return { status, headers };
			return { status, headers: { ...headers, 'retry-after': String(Number(wait) - 1) } };
		},
	});

	it.each<[string, () => QuotaServer]>([
		['fixed periods of a second', () => new AlignedWindows(10, 1000)],
		['fixed periods of five seconds', () => new AlignedWindows(10, 5000)],
		['a sliding second', () => new SlidingWindow(10, 1000)],
		['tokens that refill', () => new TokenBucket(10, 1000, 10)],
	])('stops no run: %s', async (_, newServer) => {
		for (const concurrency of [1, 10]) {
			for (const seed of SEEDS) {
				const server = roundingDown(newServer());
				const run = await simulate({ items: 300, concurrency, server, seed });
				// Retries are few where the server names no time.
				expect(run.succeeded).toBeGreaterThan(200);
			}
		}
	});
});

describe('the quota is exceeded once, by what is in flight', () => {
	const counts = [1, 10, 50];
	it.each(
		[...SERVERS, SMALL_BUCKET].flatMap((server) => counts.map((n) => [n, ...server] as const)),
	)('%i in flight, %s', async (concurrency, _, newServer, minimum) => {
		// A refusal that takes as long as an answer is met by all that are in flight.
		for (const refusalTime of [0, 1]) {
			const server = newServer();
			const run = await simulate({ items: ITEMS, concurrency, server, refusalTime });
			expect(run.succeeded).toBe(ITEMS);
			expect(run.refusals - run.laterRefusals).toBeLessThanOrEqual(concurrency);
			expect(run.laterRefusals).toBeLessThanOrEqual(6);
			// The last hundred take their time as well, of 0.1 s each.
			expect(run.duration / 1000).toBeLessThan((minimum + 10 / concurrency) * 1.03);
		}
	});
});

describe('a quota that the user states', () => {
	const minute = { amount: 100, interval: MINUTE };
	const inFlight = [10, 50];
	it.each(SERVERS.slice(0, 5).flatMap((server) => inFlight.map((n) => [n, ...server] as const)))(
		'%i in flight, %s: none refused',
		async (concurrency, _, newServer, minimum) => {
			const limits = [new RateLimit(minute)];
			const run = await simulate({ items: ITEMS, concurrency, server: newServer(), limits });
			expect(run).toMatchObject({ succeeded: ITEMS, refusals: 0 });
			// A period longer than the minimum where the run begins within one.
			expect(run.duration / 1000).toBeLessThan((minimum < 540 ? 540 : minimum) * 1.03);
		},
	);

	it('spread evenly suits a bucket of any size', async () => {
		const server = new TokenBucket(100, MINUTE, 2);
		const limits = [new RateLimit({ ...minute, spreadEvenly: true })];
		const run = await simulate({ items: ITEMS, concurrency: 10, server, limits });
		expect(run).toMatchObject({ succeeded: ITEMS, refusals: 0 });
		expect(run.duration / 1000).toBeLessThan(599 * 1.03);
	});
});

it.each(SERVERS)(
	'refusals that take 3 s are not repeated in every period: %s',
	async (_, newServer) => {
		for (const concurrency of [10, 50]) {
			const server = newServer();
			const run = await simulate({ items: ITEMS, concurrency, server, refusalTime: 75 });
			expect(run.succeeded).toBe(ITEMS);
			expect(run.laterRefusals).toBeLessThanOrEqual(60);
		}
	},
);

describe('latencies with a heavy tail: p50 60 ms, p99 10 s, and some that never end', () => {
	const inFlight = [10, 50];
	/** Not those that anything was tuned on. */
	const UNSEEN = [101, 102, 103, 104, 105, 106];
	/** Seconds: the last requests may run into their time-out of 30 s. */
	const TAIL = 60;

	it.each(SERVERS.flatMap((server) => inFlight.map((n) => [n, ...server] as const)))(
		'%i in flight, %s, with Retry-After alone: the quota is exceeded once, and nothing stalls',
		async (concurrency, _, newServer, minimum) => {
			for (const seed of UNSEEN) {
				const latency = 'heavy-tailed';
				const run = await simulate({
					items: ITEMS,
					concurrency,
					server: newServer(),
					seed,
					latency,
				});
				expect(run.succeeded + run.timedOut).toBe(ITEMS);
				expect(run.refusals - run.laterRefusals).toBeLessThanOrEqual(concurrency);
				expect(run.laterRefusals).toBeLessThanOrEqual(15);
				expect(run.duration / 1000).toBeLessThan(minimum * 1.03 + TAIL);
			}
		},
	);

	it.each([
		['X-RateLimit-Limit, -Remaining and -Reset', xRateLimit],
		['RateLimit, without the limit', rateLimit],
	])('a server that tells what is left by %s: few are refused', async (_, tells) => {
		for (const seed of UNSEEN) {
			for (const concurrency of inFlight) {
				const server = new WindowsFromFirstRequest(100, MINUTE, tells);
				const latency = 'heavy-tailed';
				const run = await simulate({ items: ITEMS, concurrency, server, seed, latency });
				expect(run.succeeded + run.timedOut).toBe(ITEMS);
				expect(run.refusals).toBeLessThanOrEqual(12);
				// A response that takes long tells of a reset that it takes for later.
				expect(run.duration / 1000).toBeLessThan(540 * 1.12 + TAIL);
			}
		}
	});
});

describe('a trial for more does not lower a proven quota', () => {
	const quotas = [
		[60, 60_000],
		[37, 45_000],
	] as const;
	it.each(quotas)('a sliding period, %i requests in %i ms', async (limit, window) => {
		const minimum = (Math.ceil(ITEMS / limit) - 1) * window;
		for (const seed of [9001, 9002, 9003]) {
			for (const concurrency of [10, 50]) {
				const server = new SlidingWindow(limit, window);
				const latency = 'heavy-tailed';
				const run = await simulate({ items: ITEMS, concurrency, server, seed, latency });
				expect(run.succeeded + run.timedOut).toBe(ITEMS);
				expect(run.duration).toBeLessThan(minimum * 1.2);
			}
		}
	});
});
