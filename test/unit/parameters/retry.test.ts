import fc from 'fast-check';

import { DEFAULT_RETRY_BUDGET } from '../../../nodes/ConcurrentHttpRequest/client/retry/RetryBudget.ts';
import {
	RETRY_WHEN_ASKED,
	RETRYABLE_STATUSES,
} from '../../../nodes/ConcurrentHttpRequest/client/retry/RetryPolicy.ts';
import { readRunSettings } from '../../../nodes/ConcurrentHttpRequest/parameters/runSettings.ts';
import { parametersOf } from './parametersOf.ts';

const read = (retry?: object) =>
	readRunSettings(parametersOf({ maxConcurrency: 1, ...(retry && { retry: { retry } }) })).retry;
const set = (settings: object) => read({ settings });
const statuses = (statusCodes: unknown) => [...set({ statusCodes }).rules.statuses];
const causes = (retryOn: unknown) => {
	const { statuses, networkFailures, timeouts } = read({ retryOn }).rules;
	return { statuses: statuses.size > 0, networkFailures, timeouts };
};

it('retries only what the server asks for without the group', () => {
	expect(read()).toEqual({
		rules: RETRY_WHEN_ASKED,
		budget: DEFAULT_RETRY_BUDGET,
		idempotencyHeader: undefined,
	});
});

it('has all its defaults when it is added', () => {
	expect(read({})).toEqual({
		rules: {
			maxTries: 5,
			statuses: new Set(RETRYABLE_STATUSES),
			networkFailures: true,
			timeouts: true,
			backoff: { base: 500, cap: 30_000 },
			totalTime: 600_000,
			retryNonIdempotent: false,
		},
		budget: DEFAULT_RETRY_BUDGET,
		idempotencyHeader: undefined,
	});
});

it('takes every field', () => {
	const settings = read({
		maxTries: 3,
		retryOn: ['statuses'],
		settings: {
			statusCodes: '503',
			firstWait: 0.01,
			longestWait: '0.02',
			totalTime: 1,
			retryPostAndPatch: true,
			sendIdempotencyKey: true,
			idempotencyHeader: ' X-Key ',
			retriesPer100: 50,
		},
	});
	expect(settings).toEqual({
		rules: {
			maxTries: 3,
			statuses: new Set([503]),
			networkFailures: false,
			timeouts: false,
			backoff: { base: 10, cap: 20 },
			totalTime: 1000,
			retryNonIdempotent: true,
		},
		budget: { ...DEFAULT_RETRY_BUDGET, share: 0.5 },
		idempotencyHeader: 'X-Key',
	});
});

it.each<[unknown, object]>([
	[[], { statuses: false, networkFailures: false, timeouts: false }],
	[['networkErrors'], { statuses: false, networkFailures: true, timeouts: false }],
	[['timeouts', 'statuses'], { statuses: true, networkFailures: false, timeouts: true }],
	['statuses, networkErrors', { statuses: true, networkFailures: true, timeouts: false }],
])('retries on %j only', (retryOn, expected) => {
	expect(causes(retryOn)).toEqual(expected);
});

it('takes a total time of 0 for no limit', () => {
	expect(set({ totalTime: 0 }).rules.totalTime).toBe(Infinity);
});

it('has a name for the key', () => {
	const key = { sendIdempotencyKey: true };
	expect(set(key).idempotencyHeader).toBe('Idempotency-Key');
	expect(set({ ...key, idempotencyHeader: '' }).idempotencyHeader).toBe('Idempotency-Key');
});

it.each<[unknown, number[]]>([
	['429', [429]],
	[' 429 , 503 ', [429, 503]],
	['500-502, 504', [500, 501, 502, 504]],
	['500 - 501', [500, 501]],
	[429, [429]],
	[
		[429, '503'],
		[429, 503],
	],
	['', []],
	['504-500', []],
])('reads status codes from %j', (value, expected) => {
	expect(statuses(value)).toEqual(expected);
});

it('reads any status codes separated by commas', () => {
	const status = fc.integer({ min: 100, max: 599 });
	fc.assert(
		fc.property(fc.uniqueArray(status), (codes) => {
			expect(statuses(codes.join(', '))).toEqual(codes);
		}),
	);
});

it.each([
	[{ maxTries: 0 }, '"Max Tries" must be a whole number from 1 to 100, but it is 0'],
	[{ maxTries: 2.5 }, '"Max Tries" must be a whole number from 1 to 100, but it is 2.5'],
	[{ maxTries: 'many' }, '"Max Tries" must be a whole number from 1 to 100, but it is "many"'],
	[{ retryOn: ['luck'] }, '"Retry On" cannot be "luck"'],
	[
		{ settings: { statusCodes: '5xx' } },
		'"Status Codes" contain "5xx", which is no status from 100 to 599',
	],
	[
		{ settings: { statusCodes: '700' } },
		'"Status Codes" contain "700", which is no status from 100 to 599',
	],
	[
		{ settings: { firstWait: -1 } },
		'"Wait Before Second Try (Seconds)" must be a number from 0, but it is -1',
	],
	[
		{ settings: { firstWait: 10, longestWait: 5 } },
		'"Longest Wait (Seconds)" must not be less than "Wait Before Second Try (Seconds)"',
	],
	[
		{ settings: { retriesPer100: 101 } },
		'"Retries per 100 Requests" must be a number from 0 to 100, but it is 101',
	],
	[
		{ settings: { sendIdempotencyKey: true, idempotencyHeader: 'a b' } },
		'"Idempotency Key Header" is "a b", which HTTP does not allow',
	],
])('refuses %j', (retry, message) => {
	expect(() => read(retry)).toThrow(message);
});
