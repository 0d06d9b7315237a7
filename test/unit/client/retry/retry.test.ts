import type { CircuitBreakerOptions } from '../../../../nodes/ConcurrentHttpRequest/limits/CircuitBreaker.ts';
import { CircuitBreaker } from '../../../../nodes/ConcurrentHttpRequest/limits/CircuitBreaker.ts';
import { ServerLimits } from '../../../../nodes/ConcurrentHttpRequest/limits/server/ServerLimits.ts';
import {
	RETRY_WHEN_ASKED,
	type RetryRules,
} from '../../../../nodes/ConcurrentHttpRequest/client/retry/RetryPolicy.ts';
import { RunStatistics } from '../../../../nodes/ConcurrentHttpRequest/client/RunStatistics.ts';
import { TransportFailure } from '../../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { VirtualClock } from '../../../support/VirtualClock.ts';
import { TestAdmission } from '../../limits/server/TestAdmission.ts';
import { requestTo } from '../../transport/requestTo.ts';
import { chainOf, type ChainOptions, responseTo } from '../chain.ts';
import { refuseUntil } from '../../limits/server/refuseUntil.ts';

const ORIGIN = 'https://api.example.com';
const RULES: RetryRules = {
	...RETRY_WHEN_ASKED,
	statuses: new Set([429, 500, 503]),
	networkFailures: true,
	backoff: { base: 1000, cap: 8000 },
	totalTime: 60_000,
};

/** How an exchange ends: a status, with seconds in Retry-After if told, or a failure. */
type End = [status: number, retryAfter?: number] | TransportFailure;

/** Requests of 100 ms, two at a time, that end as told, one end for each exchange, the last for ever. */
function setUp(ends: End[], options: Partial<ChainOptions> = {}) {
	const clock = new VirtualClock();
	const limits = new ServerLimits();
	const { breaker } = options;
	const admission = new TestAdmission(clock, 2, breaker ? [limits, breaker] : [limits]);
	const starts: number[] = [];
	const send = chainOf(
		async (request) => {
			starts.push(clock.now());
			const end = ends[Math.min(starts.length, ends.length) - 1]!;
			await clock.sleep(100);
			if (end instanceof TransportFailure) throw end;
			const [status, retryAfter] = end;
			return responseTo(
				request,
				status,
				retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
			);
		},
		{
			admission,
			clock,
			rules: RULES,
			...options,
		},
	);
	const run = (waits?: (wait: Promise<unknown>) => void) =>
		send(requestTo(`${ORIGIN}/`), waits && { waits });
	return { clock, admission, limits, starts, run };
}

it('sends once what succeeds', async () => {
	const { clock, run, starts, admission } = setUp([[200]]);
	expect(await clock.run(run())).toMatchObject({ statusCode: 200 });
	expect(starts).toEqual([0]);
	expect(admission.inFlight).toBe(0);
});

it('backs off and tries again', async () => {
	const { clock, run, starts } = setUp([[500], [500], [200]]);
	expect(await clock.run(run())).toMatchObject({ statusCode: 200 });
	// Half of one second, then half of two.
	expect(starts).toEqual([0, 600, 1700]);
});

it('gives the last response when it gives up, with the reason', async () => {
	const { clock, run, starts } = setUp([[500]], { rules: { ...RULES, maxTries: 3 } });
	expect(await clock.run(run())).toMatchObject({
		statusCode: 500,
		note: 'The request was tried 3 times.',
	});
	expect(starts).toHaveLength(3);
});

it('throws the last failure when it gives up, with the reason', async () => {
	const failure = new TransportFailure('connection reset', 'gone');
	const { clock, run } = setUp([failure], { rules: { ...RULES, maxTries: 2 } });
	await expect(clock.run(run())).rejects.toMatchObject({
		kind: 'connection reset',
		note: 'The request was tried twice.',
	});
});

it('counts no try for what the server has not looked at', async () => {
	const failure = new TransportFailure('connection reset', 'refused');
	failure.isUnprocessed = true;
	const { clock, run, starts } = setUp([failure, failure, failure, [200]], {
		rules: { ...RETRY_WHEN_ASKED, maxTries: 1 },
	});
	expect(await clock.run(run())).toMatchObject({ statusCode: 200 });
	expect(starts).toHaveLength(4);
});

it('leaves a server alone that looks at nothing', async () => {
	const failure = new TransportFailure('connection reset', 'refused');
	failure.isUnprocessed = true;
	const { clock, run, starts } = setUp([failure], { rules: RETRY_WHEN_ASKED });
	await expect(clock.run(run())).rejects.toBe(failure);
	expect(starts).toHaveLength(11);
});

it('holds no permit while it waits', async () => {
	const { clock, run, admission } = setUp([[500], [200]]);
	const work = run();
	await clock.advanceTo(50);
	expect(admission.inFlight).toBe(1);
	await clock.advanceTo(300);
	expect(admission.inFlight).toBe(0);
	await clock.run(work);
});

it('tells of its waits', async () => {
	const { clock, run } = setUp([[500], [500], [200]]);
	const waits: Array<Promise<unknown>> = [];
	await clock.run(run((wait) => waits.push(wait)));
	expect(waits).toHaveLength(2);
});

it.each<[string, End]>([
	['the server', [503, 3600]],
	['its next try', [500]],
])('ends a wait of an hour for %s at once', async (_, end) => {
	const controller = new AbortController();
	const hours = { base: 7_200_000, cap: 7_200_000 };
	const { clock, run, starts, admission } = setUp([end], {
		signal: controller.signal,
		rules: { ...RULES, backoff: hours, totalTime: Infinity },
	});
	const work = run();
	await clock.advanceTo(1000);
	const reason = new Error('stopped');
	controller.abort(reason);
	admission.abort(reason);
	expect(await work).toMatchObject({ note: 'The request was tried once, and not again: stopped.' });
	expect(clock.now()).toBe(1000);
	expect(starts).toEqual([0]);
});

it('says so too where the run is stopped during the exchange', async () => {
	const controller = new AbortController();
	const { clock, run, starts } = setUp([[500]], { signal: controller.signal });
	const work = run();
	await clock.advanceTo(50);
	controller.abort(new Error('stopped'));
	expect(await clock.run(work)).toMatchObject({
		note: 'The request was tried once, and not again: stopped.',
	});
	expect(starts).toEqual([0]);
});

it('does not send what would have to wait for longer than it may take', async () => {
	const { clock, run, starts, limits } = setUp([[200]]);
	refuseUntil(limits, ORIGIN, 60_001, 0);
	await expect(run()).rejects.toMatchObject({
		name: 'NotSent',
		kind: 'paused',
		comeBackAt: 60_001,
	});
	expect(starts).toHaveLength(0);
	expect(clock.now()).toBe(0);
});

it('gives the last response, and not that it was not sent, after a first try', async () => {
	const { clock, run, limits } = setUp([[500]]);
	const work = run();
	await clock.advanceTo(200);
	refuseUntil(limits, ORIGIN, 3_600_000, 200);
	expect(await clock.run(work)).toMatchObject({
		statusCode: 500,
		note: expect.stringMatching(/another try would exceed/) as string,
	});
	expect(clock.now()).toBe(600);
});

it('spends the retry budget on its own guesses only', async () => {
	const budget = { share: 0, minimumPerSecond: 0.1, timeToLive: 10_000 };
	const guesses = setUp([[500]], { budget });
	expect(await guesses.clock.run(guesses.run())).toMatchObject({
		note: expect.stringMatching(/tried twice, and not again, because too many/) as string,
	});
	const asked = setUp([[429, 1], [429, 1], [200]], { budget });
	expect(await asked.clock.run(asked.run())).toMatchObject({ statusCode: 200 });
});

it('counts what it tried again', async () => {
	const statistics = new RunStatistics();
	const { clock, run } = setUp([[429, 1], [500], [500], [200]], { statistics });
	await clock.run(run());
	expect(statistics.retries).toBe(3);
	expect(statistics.retriesByCause()).toEqual([
		{ kind: '500', count: 2 },
		{ kind: '429', count: 1 },
	]);
});

it('does not count a retry that was not made', async () => {
	const statistics = new RunStatistics();
	const stop = new AbortController();
	const { clock, run, starts } = setUp([[500]], { statistics, signal: stop.signal });
	clock.at(200, () => stop.abort(new Error('The run has ended')));
	await clock.run(run());
	expect(starts).toHaveLength(1);
	expect(statistics.retries).toBe(0);
});

describe('an open circuit', () => {
	const options: Omit<CircuitBreakerOptions, 'whenOpen'> = {
		failureShare: 0.5,
		window: 60_000,
		minimumRequests: 1,
		openFor: 10_000,
		trials: 1,
		longestWait: 100_000,
	};
	const broken = (whenOpen: 'wait' | 'fail', ends: End[], rules = RULES) => {
		// Its clock is the one that the test will make.
		const time = { now: () => time.clock.now(), clock: new VirtualClock() };
		const breaker = new CircuitBreaker({ ...options, whenOpen }, time);
		const setup = setUp(ends, { breaker, rules });
		time.clock = setup.clock;
		return setup;
	};
	const once = { ...RULES, maxTries: 1 };

	it('is waited for', async () => {
		const { clock, run, starts } = broken('wait', [[500], [200]]);
		await clock.run(run());
		expect(starts).toEqual([0, 10_100]);
	});

	it('turns away at once, if told to', async () => {
		const { clock, run, starts } = broken('fail', [[500]], once);
		await clock.run(run());
		await expect(run()).rejects.toMatchObject({ name: 'NotSent', kind: 'circuit open' });
		expect(starts).toHaveLength(1);
	});

	it('turns away a next try, and says that this is why', async () => {
		const { clock, run } = broken('fail', [[500]]);
		expect(await clock.run(run())).toMatchObject({
			statusCode: 500,
			note: 'The request was tried once, and not again, because too many requests to this server have failed.',
		});
	});

	it('turns away those who are waiting when it opens', async () => {
		const { clock, run, starts } = broken('fail', [[500]], once);
		// Two in flight, two in the queue.
		const all = Promise.allSettled([run(), run(), run(), run()]);
		const kinds = (await clock.run(all)).map(({ status }) => status);
		expect(kinds).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
		expect(starts).toHaveLength(2);
		expect(clock.now()).toBe(100);
	});
});
