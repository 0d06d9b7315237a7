import type { Limit } from '../../../../nodes/ConcurrentHttpRequest/engine/admission/Limit.ts';
import {
	AlignedWindows,
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

describe('1,000 items, 10 in flight, 100 requests a minute', () => {
	// The last of ten periods need not pass, nor what of the first had passed before the run.
	it.each([
		['fixed periods from the first request', new WindowsFromFirstRequest(100, MINUTE), 540],
		['fixed periods by the clock', new AlignedWindows(100, MINUTE), 540],
		['fixed periods, 30 s into the first', new AlignedWindows(100, MINUTE, 30_000), 510],
		['a sliding period', new SlidingWindow(100, MINUTE), 540],
	])('%s, with Retry-After alone: under 1 %% refused', async (_, server, minimum) => {
		const run = await simulate({ items: ITEMS, concurrency: 10, server });
		expect(run.succeeded).toBe(ITEMS);
		expect(run.refusals / (ITEMS + run.refusals)).toBeLessThan(0.01);
		expect(run.duration / 1000).toBeLessThan(minimum * 1.03);
	});

	it.each([
		['as large as the quota', 100, 540, 1.03],
		['a tenth of the quota', 10, 594, 1.1],
	])('tokens that refill, the bucket %s: few refused', async (_, size, minimum, times) => {
		const server = new TokenBucket(100, MINUTE, size);
		const run = await simulate({ items: ITEMS, concurrency: 10, server });
		expect(run.succeeded).toBe(ITEMS);
		expect(run.refusals / (ITEMS + run.refusals)).toBeLessThan(0.02);
		expect(run.duration / 1000).toBeLessThan(minimum * times);
	});

	it.each([
		['X-RateLimit-Limit, -Remaining and -Reset', xRateLimit],
		['RateLimit, without the limit', rateLimit],
	])('a server that tells what is left by %s: none refused', async (_, tells) => {
		const server = new WindowsFromFirstRequest(100, MINUTE, tells);
		const run = await simulate({ items: ITEMS, concurrency: 10, server });
		expect(run).toMatchObject({ succeeded: ITEMS, refusals: 0 });
		expect(run.duration / 1000).toBeLessThan(540 * 1.03);
	});

	it('a budget of the user: none refused', async () => {
		const server = new SlidingWindow(100, MINUTE);
		const run = await simulate({
			items: ITEMS,
			concurrency: 10,
			server,
			limits: [budget(100, MINUTE + 200)],
		});
		expect(run).toMatchObject({ succeeded: ITEMS, refusals: 0 });
		expect(run.duration / 1000).toBeLessThan(540 * 1.03);
	});

	it('would be refused again in every period without learning', async () => {
		const server = new WindowsFromFirstRequest(100, MINUTE);
		const run = await simulate({ items: ITEMS, concurrency: 10, server, withoutLearning: true });
		expect(run.succeeded).toBe(ITEMS);
		expect(run.refusals).toBeGreaterThan(3 * 9);
	});
});

it.each([1, 2, 50])('holds with %i in flight as well', async (concurrency) => {
	const server = new WindowsFromFirstRequest(100, MINUTE);
	const run = await simulate({ items: ITEMS, concurrency, server });
	expect(run.succeeded).toBe(ITEMS);
	// The first wall is met by all who are under way, later ones by nobody.
	expect(run.refusals).toBeLessThanOrEqual(concurrency);
	expect(run.duration / 1000).toBeLessThan(540 * 1.03);
});

/** At most so many starts in any period: what a user's own budget does. */
function budget(count: number, window: number): Limit {
	const starts: number[] = [];
	return {
		availableAt: (_ask, now) => Math.max(now, (starts.at(-count) ?? -Infinity) + window),
		take: (_ask, now) => void starts.push(now),
	};
}
