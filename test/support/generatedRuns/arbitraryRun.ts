import fc from 'fast-check';
import type { ItemSpec, RunSpec, Step } from './RunSpec.ts';

const between = (min: number, max: number) => fc.integer({ min, max });
/** @param weight against one that is left out */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, weight = 1) =>
	fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight, arbitrary });

const wait = fc.oneof(
	{ weight: 6, arbitrary: between(0, 60) },
	{ weight: 1, arbitrary: between(0, 3000) },
);
/** `Retry-After`, in milliseconds: mostly whole seconds. */
const retryAfter = maybe(fc.constantFrom(0, 40, 1000, 2000, 7000, 700_000), 3);

const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			does: fc.constantFrom('ok', 'ok', 'close', 'close later', 'interim first', 'no JSON'),
			after: wait,
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			does: fc.constantFrom('reset', 'reset in body', 'cut body', 'hang', 'hang in body'),
			after: wait,
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			does: fc.constant('refuse'),
			status: fc.constantFrom(400, 403, 404, 408, 425, 429, 500, 503),
			after: wait,
			retryAfter,
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			does: fc.constant('redirect'),
			status: fc.constantFrom(301, 302, 303, 307, 308),
			to: fc.constantFrom(0, 0, 1, -1),
			after: wait,
			retryAfter: maybe(fc.constantFrom(0, 1000)),
		}),
	},
);

const item: fc.Arbitrary<ItemSpec> = fc.record({
	host: fc.constantFrom(0, 0, 1),
	steps: fc.oneof(
		{ weight: 2, arbitrary: fc.constant([]) },
		{ weight: 3, arbitrary: fc.array(step, { maxLength: 6 }) },
	),
	pages: between(1, 3),
});

/** Any run of up to 20 items. */
export const arbitraryRun: fc.Arbitrary<RunSpec> = fc.record({
	items: fc.array(item, { minLength: 1, maxLength: 20, size: 'max' }),
	onError: fc.constantFrom('continueRegularOutput', 'continueErrorOutput', 'stopWorkflow'),
	method: fc.constantFrom('GET', 'GET', 'POST'),
	maxConcurrency: between(1, 8),
	adaptive: fc.constantFrom(false, false, false, true),
	timeout: fc.constantFrom(50, 1000, 60_000),
	maxRedirects: fc.constantFrom(0, 1, 5),
	pagination: fc.constantFrom(false, false, false, true),
	keepAlive: fc.constantFrom(true, true, true, false),
	obeyServerLimits: fc.constantFrom(true, true, false),
	connectLatency: fc.constantFrom(0, 5, 80),
	retry: maybe(
		fc.record({
			maxTries: between(1, 6),
			retryOn: fc.subarray(['statuses', 'networkErrors', 'timeouts'] as const),
			firstWait: fc.constantFrom(0, 20, 500),
			totalTime: fc.constantFrom(500, 5000, 600_000),
			retryPostAndPatch: fc.boolean(),
			retriesPer100: fc.constantFrom(0, 20, 100),
		}),
		6,
	),
	rateLimit: maybe(
		fc.record({
			amount: between(1, 10),
			interval: fc.constantFrom(50, 1000),
			spreadEvenly: fc.boolean(),
		}),
	),
	maxConcurrencyPerHost: maybe(between(1, 4)),
	circuitBreaker: maybe(
		fc.record({
			failureShare: fc.constantFrom(20, 50, 100),
			minimumRequests: between(1, 8),
			openFor: fc.constantFrom(100, 5000),
			whenOpen: fc.constantFrom('wait', 'fail'),
		}),
	),
	stopAfter: maybe(
		fc.oneof(
			fc.record({ after: fc.constant('time'), time: fc.constantFrom(1000, 3000) }),
			fc.record({ after: fc.constant('failedItems'), failedItems: between(1, 4) }),
		),
	),
	stopAt: maybe(fc.oneof(between(0, 100), between(0, 5000))),
	seed: fc.nat(),
});
