import fc from 'fast-check';

import type { LimitOptions } from '../../../nodes/ConcurrentHttpRequest/limits/createLimits';
import { createLimits } from '../../../nodes/ConcurrentHttpRequest/limits/createLimits';
import { SharedLimits } from '../../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimits';
import {
	earliestStarts,
	timedLimits,
} from '../../../nodes/ConcurrentHttpRequest/preview/earliestStarts';
import { VirtualClock } from '../../support/VirtualClock';
import { simulate } from '../limits/rate/simulate';

const ORIGIN = 'https://a.test';
const MINUTE = 60_000;

const startsOf = (options: Partial<LimitOptions>, costs: readonly number[]) =>
	earliestStarts(
		timedLimits({ rateLimits: [], shared: [], ...options }),
		costs.map((cost) => ({ origin: ORIGIN, costs: [cost] })),
	);

const requests = (count: number) => new Array<number>(count).fill(1);

const perMinute = { amount: 100, interval: MINUTE };

it.each<[what: string, options: Partial<LimitOptions>, count: number, last: number]>([
	['no limit', {}, 50_000, 0],
	['as many as the limit allows', { rateLimits: [perMinute] }, 100, 0],
	['one more', { rateLimits: [perMinute] }, 101, MINUTE],
	['50,000 at 100 a minute', { rateLimits: [perMinute] }, 50_000, 499 * MINUTE],
	[
		'two limits',
		{ rateLimits: [perMinute, { amount: 200, interval: 60 * MINUTE }] },
		401,
		120 * MINUTE,
	],
	['batches', { batching: { size: 10, pause: 500 } }, 100, 9 * 500],
	['a limit of the account', { shared: [{ key: 'a', rateLimits: [perMinute] }] }, 300, 2 * MINUTE],
])('knows the last start with %s', (_what, options, count, last) => {
	const { starts } = startsOf(options, requests(count));
	expect(starts).toHaveLength(count);
	expect(starts.at(-1)).toBe(last);
});

it('names the limit that holds requests back for longest', () => {
	expect(startsOf({ rateLimits: [perMinute] }, requests(5)).heldBackBy).toBeUndefined();
	const hourly = { amount: 200, interval: 60 * MINUTE };
	const { heldBackBy } = startsOf({ rateLimits: [perMinute, hourly] }, requests(401));
	expect(heldBackBy).toBe('the limit of 200 requests an hour');
});

const anyOptions = fc.record({
	rateLimits: fc.array(
		fc.record({
			amount: fc.integer({ min: 5, max: 20 }),
			interval: fc.integer({ min: 100, max: 10_000 }),
			spreadEvenly: fc.boolean(),
			costIndex: fc.constantFrom(undefined, 0),
		}),
		{ maxLength: 3 },
	),
	batching: fc.option(
		fc.record({ size: fc.integer({ min: 1, max: 9 }), pause: fc.integer({ min: 1, max: 5000 }) }),
		{ nil: undefined },
	),
	isShared: fc.boolean(),
});

type Given = typeof anyOptions extends fc.Arbitrary<infer Value> ? Value : never;

const anyCosts = fc.array(fc.integer({ min: 0, max: 5 }), {
	minLength: 1,
	maxLength: 60,
	size: 'max',
});

/** The same limits, as a run has them. */
function limitsOf({ rateLimits, batching, isShared }: Given): LimitOptions {
	const defined = rateLimits.map(({ costIndex, ...options }) =>
		costIndex === undefined ? options : { ...options, costIndex, unit: 'tokens' },
	);
	return {
		rateLimits: isShared ? [] : defined,
		shared: isShared ? [{ key: 'a', rateLimits: defined }] : [],
		...(batching && { batching }),
	};
}

/** Milliseconds; sums of fractions differ in their last digits. */
const ROUNDING = 0.001;

/** Sends the requests through the admission of a run. */
async function send(options: LimitOptions, costs: readonly number[], latency: () => number) {
	const rest = [...costs];
	const shared = new SharedLimits(new VirtualClock(1000));
	const { starts } = await simulate({
		limits: createLimits(options, (limit) => shared.join(limit)).limits,
		requests: costs.length,
		...{ gap: () => 0, connecting: () => 0, way: () => 0, tellsSent: false },
		responding: latency,
		cost: () => rest.shift() ?? 1,
	});
	return starts.map(({ time }) => time - 1000);
}

it('agrees with a run whose server responds at once', async () => {
	await fc.assert(
		fc.asyncProperty(anyOptions, anyCosts, async (given, costs) => {
			const options = limitsOf({ ...given, isShared: false });
			const { starts } = startsOf(options, costs);
			for (const [index, start] of (await send(options, costs, () => 0)).entries()) {
				expect(Math.abs(start - (starts[index] ?? Infinity))).toBeLessThan(ROUNDING);
			}
		}),
		{ numRuns: 60 },
	);
});

it('is never later than a run whose server takes its time', async () => {
	await fc.assert(
		fc.asyncProperty(
			anyOptions,
			anyCosts,
			fc.integer({ min: 1, max: 3000 }),
			async (given, costs, latency) => {
				const options = limitsOf(given);
				const { starts } = startsOf(options, costs);
				for (const [index, start] of (await send(options, costs, () => latency)).entries()) {
					expect(start).toBeGreaterThan((starts[index] ?? Infinity) - ROUNDING);
				}
			},
		),
		{ numRuns: 60 },
	);
});
