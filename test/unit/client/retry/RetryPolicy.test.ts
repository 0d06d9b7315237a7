import fc from 'fast-check';

import {
	type AttemptEnd,
	decideRetry,
	RETRY_WHEN_ASKED,
	RETRYABLE_STATUSES,
	type RetryRules,
} from '../../../../nodes/ConcurrentHttpRequest/client/retry/RetryPolicy.ts';
import type { RateLimitInfo } from '../../../../nodes/ConcurrentHttpRequest/limits/server/rateLimitInfo.ts';

const FULL: RetryRules = {
	...RETRY_WHEN_ASKED,
	statuses: new Set(RETRYABLE_STATUSES),
	networkFailures: true,
	timeouts: true,
	backoff: { base: 100, cap: 1000 },
	totalTime: 10_000,
};
const first = {
	...{ tries: 1, unprocessed: 0, firstStartedAt: 0, method: 'GET', hasIdempotencyKey: false },
	mayHaveTakenEffect: false,
};
const post = { ...first, method: 'POST' };
const answered = (status: number, rateLimit: RateLimitInfo = {}): AttemptEnd => ({
	status,
	rateLimit,
});
const unanswered = (what: object = {}): AttemptEnd => ({
	kind: 'connection reset',
	isUnsent: false,
	isStaleConnection: false,
	isUnprocessed: false,
	...what,
});
const half = () => 0.5;

describe('in full', () => {
	it.each(RETRYABLE_STATUSES)('tries a %i again', (status) => {
		expect(decideRetry(FULL, first, answered(status), 10, half)).toEqual({
			kind: 'retry',
			at: 10 + 50,
			why: 'backoff',
		});
	});

	it.each([200, 204, 301, 400, 401, 403, 404, 409, 422, 501])(
		'takes a %i for an answer',
		(status) => {
			expect(decideRetry(FULL, first, answered(status), 10, half)).toEqual({ kind: 'done' });
		},
	);

	it('doubles the backoff up to the cap, and draws from all of it', () => {
		const delays = [1, 2, 3, 4, 5, 6].map((tries) => {
			const rules = { ...FULL, maxTries: 10 };
			const decision = decideRetry(rules, { ...first, tries }, answered(500), 0, () => 0.999_999);
			return decision.kind === 'retry' ? Math.round(decision.at) : decision;
		});
		expect(delays).toEqual([100, 200, 400, 800, 1000, 1000]);
		expect(decideRetry(FULL, first, answered(500), 7, () => 0)).toMatchObject({ at: 7 });
	});

	it('waits as long as the server says, neither more nor less', () => {
		expect(decideRetry(FULL, first, answered(503, { retryAt: 9000 }), 10, half)).toEqual({
			kind: 'retry',
			at: 9000,
			why: 'server',
		});
		expect(decideRetry(FULL, first, answered(500, { retryAt: 20 }), 10, half)).toMatchObject({
			at: 20,
		});
	});

	it('takes "0 seconds" for no pause at all, and backs off', () => {
		expect(decideRetry(FULL, first, answered(429, { retryAt: 10 }), 10, half)).toEqual({
			kind: 'retry',
			at: 60,
			why: 'backoff',
		});
	});

	it('gives up at once when the wait is longer than the item may take, and says until when', () => {
		expect(decideRetry(FULL, first, answered(429, { retryAt: 10_001 }), 10, half)).toEqual({
			kind: 'give up',
			reason: 'time',
			comeBackAt: 10_001,
		});
	});

	it('gives up after the last try', () => {
		const decision = decideRetry(FULL, { ...first, tries: 5 }, answered(500), 10, half);
		expect(decision).toEqual({ kind: 'give up', reason: 'tries' });
	});

	it('does not repeat what would end in the same way', () => {
		expect(decideRetry(FULL, first, undefined, 0, half)).toEqual({ kind: 'done' });
	});
});

describe('a method that may not be repeated', () => {
	it.each<[string, AttemptEnd]>([
		['429', answered(429)],
		['425', answered(425)],
		['421, where that is listed', answered(421)],
		['connection refused', unanswered({ isUnsent: true })],
	])('is tried again after: %s', (_, result) => {
		const rules = { ...FULL, statuses: new Set([...RETRYABLE_STATUSES, 421]) };
		expect(decideRetry(rules, post, result, 10, half)).toMatchObject({ kind: 'retry' });
	});

	it.each<[string, AttemptEnd]>([
		['503 alone', answered(503)],
		['500', answered(500)],
		['408', answered(408)],
		['a timeout', unanswered({ kind: 'timeout' })],
		['a reset', unanswered()],
		['a stale connection', unanswered({ isStaleConnection: true })],
	])('is not tried again after: %s', (_, result) => {
		const unsafe = { kind: 'give up', reason: 'unsafe' };
		expect(decideRetry(FULL, post, result, 10, half)).toEqual(unsafe);
		expect(decideRetry(FULL, { ...post, method: 'patch' }, result, 10, half)).toEqual(unsafe);
		const told = { ...FULL, retryNonIdempotent: true };
		expect(decideRetry(told, post, result, 10, half)).toMatchObject({ kind: 'retry' });
		const keyed = { ...post, hasIdempotencyKey: true };
		expect(decideRetry(FULL, keyed, result, 10, half)).toMatchObject({ kind: 'retry' });
	});

	it.each<[string, AttemptEnd]>([
		['503 with Retry-After', answered(503, { retryAt: 500 })],
		['403 with Retry-After', answered(403, { retryAt: 500 })],
		['403 of a quota that is used up', answered(403, { remaining: 0, resetAt: 500 })],
	])('is not tried again after, but says when to come back: %s', (_, result) => {
		for (const rules of [RETRY_WHEN_ASKED, FULL]) {
			const unsafe = { kind: 'give up', reason: 'unsafe', comeBackAt: 500 };
			expect(decideRetry(rules, post, result, 10, half)).toEqual(unsafe);
			const told = { ...rules, retryNonIdempotent: true };
			expect(decideRetry(told, post, result, 10, half)).toMatchObject({ kind: 'retry', at: 500 });
		}
	});

	it.each([
		...['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY', 'delete'],
		...['PROPFIND', 'PROPPATCH', 'REPORT', 'SEARCH', 'MKCOL', 'COPY', 'MOVE', 'UNLOCK'],
	])('is not %s', (method) => {
		const attempts = { ...first, method };
		expect(decideRetry(FULL, attempts, unanswered(), 10, half)).toMatchObject({ kind: 'retry' });
	});
});

it.each<[string, AttemptEnd]>([
	['429', answered(429, { retryAt: 500 })],
	['connection refused', unanswered({ isUnsent: true })],
])('does not repeat a POST that a redirect may have ended, after: %s', (_, result) => {
	const attempts = { ...post, mayHaveTakenEffect: true };
	expect(decideRetry(FULL, attempts, result, 10, half)).toMatchObject({ reason: 'unsafe' });
	const get = { ...first, mayHaveTakenEffect: true };
	expect(decideRetry(FULL, get, result, 10, half)).toMatchObject({ kind: 'retry' });
});

describe('where nothing was chosen', () => {
	it.each<[string, AttemptEnd]>([
		['429 with Retry-After', answered(429, { retryAt: 500 })],
		['429 with a quota that is used up', answered(429, { remaining: 0, resetAt: 500 })],
		['503 with Retry-After', answered(503, { retryAt: 500 })],
		['403 of a quota that is used up', answered(403, { remaining: 0, resetAt: 500 })],
		['a stale connection', unanswered({ isStaleConnection: true })],
	])('tries again after: %s', (_, result) => {
		expect(decideRetry(RETRY_WHEN_ASKED, first, result, 10, half)).toMatchObject({ kind: 'retry' });
	});

	it.each<[string, AttemptEnd]>([
		['429 alone', answered(429)],
		['503 alone', answered(503)],
		['500 with Retry-After', answered(500, { retryAt: 500 })],
		['403', answered(403)],
		['a reset', unanswered()],
		['connection refused', unanswered({ isUnsent: true })],
		['a timeout', unanswered({ kind: 'timeout' })],
	])('does not try again after: %s', (_, result) => {
		expect(decideRetry(RETRY_WHEN_ASKED, first, result, 10, half)).toEqual({ kind: 'done' });
	});
});

it('tries again at once after a stale connection, but not for ever', () => {
	const stale = unanswered({ isStaleConnection: true });
	const at = (tries: number) => decideRetry(RETRY_WHEN_ASKED, { ...first, tries }, stale, 10, half);
	expect(at(1)).toEqual({ kind: 'retry', at: 10, why: 'stale' });
	expect(at(2)).toEqual({ kind: 'retry', at: 10, why: 'stale' });
	expect(at(3)).toEqual({ kind: 'done' });
});

it('repeats what the server has not looked at ten times, ever more slowly', () => {
	const at = (unprocessed: number) =>
		decideRetry(FULL, { ...post, unprocessed }, unanswered({ isUnprocessed: true }), 0, half);
	expect([0, 1, 2, 9].map(at)).toMatchObject([{ at: 50 }, { at: 100 }, { at: 200 }, { at: 500 }]);
	expect(at(10)).toEqual({ kind: 'give up', reason: 'tries' });
});

it('never retries before now, after the deadline, or after the last try', () => {
	const result = fc.oneof(
		fc.record({
			status: fc.integer({ min: 200, max: 599 }),
			rateLimit: fc.record({ retryAt: fc.nat(30_000) }, { requiredKeys: [] }),
		}),
		fc.record({
			kind: fc.constantFrom('timeout' as const, 'connection reset' as const),
			isUnsent: fc.boolean(),
			isStaleConnection: fc.boolean(),
			isUnprocessed: fc.boolean(),
		}),
	);
	fc.assert(
		fc.property(
			result,
			fc.integer({ min: 1, max: 8 }),
			fc.nat(9000),
			fc.constantFrom('GET', 'POST'),
			fc.double({ min: 0, max: 0.999, noNaN: true }),
			(each, tries, now, method, random) => {
				const decision = decideRetry(FULL, { ...first, tries, method }, each, now, () => random);
				if (decision.kind !== 'retry') return;
				if (decision.why !== 'unprocessed') expect(tries).toBeLessThan(FULL.maxTries);
				expect(decision.at).toBeGreaterThanOrEqual(now);
				expect(decision.at).toBeLessThanOrEqual(FULL.totalTime);
			},
		),
	);
});
