import { VirtualClock } from '../../../support/VirtualClock.ts';
import { CircuitBreaker } from '../../../../nodes/ConcurrentHttpRequest/engine/breaker/CircuitBreaker.ts';
import type {
	AttemptObserver,
	AttemptResult,
} from '../../../../nodes/ConcurrentHttpRequest/engine/retry/AttemptResult.ts';
import { HostPause } from '../../../../nodes/ConcurrentHttpRequest/engine/retry/HostPause.ts';
import { NotSent } from '../../../../nodes/ConcurrentHttpRequest/engine/retry/NotSent.ts';
import {
	type Job,
	Retrier,
	type RetrierOptions,
} from '../../../../nodes/ConcurrentHttpRequest/engine/retry/Retrier.ts';
import {
	ONLY_WHEN_ASKED,
	type RetryRules,
} from '../../../../nodes/ConcurrentHttpRequest/engine/retry/RetryPolicy.ts';
import { RetryStatistics } from '../../../../nodes/ConcurrentHttpRequest/engine/retry/RetryStatistics.ts';
import { TestAdmission } from './TestAdmission.ts';

const RULES: RetryRules = {
	...ONLY_WHEN_ASKED,
	statuses: new Set([429, 500, 503]),
	networkFailures: true,
	backoff: { base: 1000, cap: 8000 },
	totalTime: 60_000,
};
const ask = { origin: 'https://api.example.com' };
const answered = (status: number, retryAt?: number): AttemptResult => ({
	kind: 'answered',
	status,
	word: retryAt === undefined ? {} : { retryAt },
});

/** A retrier on a clock of its own, whose requests take 100 ms and end as told, the last for ever. */
function setUp(results: AttemptResult[], options: Partial<RetrierOptions> = {}) {
	const clock = new VirtualClock();
	const pause = new HostPause();
	const breaker = options.breaker;
	const limits = breaker ? [pause, breaker] : [pause];
	const admission = new TestAdmission(clock, 2, limits);
	const starts: number[] = [];
	const retrier = new Retrier({
		admission,
		clock,
		random: () => 0.5,
		observers: [pause.observe, ...(breaker ? [breaker.observe] : [])],
		pause,
		...options,
	});
	const attempt = async () => {
		starts.push(clock.now());
		const result = results[Math.min(starts.length, results.length) - 1]!;
		await clock.sleep(100);
		return { value: { result }, result };
	};
	const job = { ask, method: 'GET', hasIdempotencyKey: false, rules: RULES, attempt };
	const run = (more: Partial<Job<{ result: AttemptResult }>> = {}) =>
		retrier.run({ ...job, ...more });
	return { clock, admission, pause, starts, run };
}

it('sends once what succeeds', async () => {
	const { clock, run, starts, admission } = setUp([answered(200)]);
	const settled = await clock.run(run());
	expect(settled).toEqual({ value: { result: answered(200) }, tries: 1, gaveUp: undefined });
	expect(starts).toEqual([0]);
	expect(admission.inFlight).toBe(0);
});

it('backs off and tries again', async () => {
	const { clock, run, starts } = setUp([answered(500), answered(500), answered(200)]);
	expect(await clock.run(run())).toMatchObject({ tries: 3, gaveUp: undefined });
	// Half of one second, then half of two.
	expect(starts).toEqual([0, 600, 1700]);
});

it('gives the last answer when it gives up, with the reason', async () => {
	const { clock, run, starts } = setUp([answered(500)]);
	const settled = await clock.run(run({ rules: { ...RULES, maxTries: 3 } }));
	expect(settled).toMatchObject({ value: { result: answered(500) }, tries: 3 });
	expect(settled.gaveUp).toMatchObject({ reason: 'tries' });
	expect(starts).toHaveLength(3);
});

it('waits for the server in line with the others to that host', async () => {
	const { clock, run, starts } = setUp([answered(429, 5000), answered(200)]);
	const waits: Array<Promise<unknown>> = [];
	await clock.run(Promise.all([run({ waiting: (wait) => waits.push(wait) }), run()]));
	expect(starts.filter((time) => time > 100)).toEqual([5000]);
	expect(waits).toHaveLength(1);
});

it('holds no permit while it waits', async () => {
	const { clock, run, admission } = setUp([answered(500), answered(200)]);
	const work = run();
	await clock.advanceTo(50);
	expect(admission.inFlight).toBe(1);
	await clock.advanceTo(300);
	expect(admission.inFlight).toBe(0);
	await clock.run(work);
});

it.each([
	['the server', answered(503, 3_600_000)],
	['its next try', answered(500)],
])('ends a wait of an hour for %s at once', async (_, result) => {
	const controller = new AbortController();
	const { clock, run, starts, admission } = setUp([result], { signal: controller.signal });
	const hours = { base: 7_200_000, cap: 7_200_000 };
	const work = run({ rules: { ...RULES, backoff: hours, totalTime: Infinity } });
	await clock.advanceTo(1000);
	const reason = new Error('stopped');
	controller.abort(reason);
	admission.abort(reason);
	expect(await work).toEqual({
		value: { result },
		tries: 1,
		gaveUp: { reason: 'run ended', because: 'stopped' },
	});
	expect(clock.now()).toBe(1000);
	expect(starts).toEqual([0]);
});

it('does not send what would have to wait for longer than it may take', async () => {
	const { clock, run, starts, pause } = setUp([answered(200)]);
	pause.pause(ask.origin, 60_001);
	const rejected = expect(run()).rejects;
	await rejected.toMatchObject({ name: 'NotSent', kind: 'paused', comeBackAt: 60_001 });
	expect(starts).toHaveLength(0);
	expect(clock.now()).toBe(0);
});

it('tells the last answer, and not that it was not sent, after a first try', async () => {
	const { clock, run, pause } = setUp([answered(500)]);
	const work = run();
	await clock.advanceTo(200);
	pause.pause(ask.origin, 3_600_000);
	expect(await clock.run(work)).toEqual({
		value: { result: answered(500) },
		tries: 1,
		gaveUp: { reason: 'time', comeBackAt: 3_600_000 },
	});
	expect(clock.now()).toBe(600);
});

it('spends the retry budget on its own guesses only', async () => {
	const budget = { share: 0, minimumPerSecond: 0.1, timeToLive: 10_000 };
	const guesses = setUp([answered(500)], { budget });
	const settled = await guesses.clock.run(guesses.run());
	expect(settled).toMatchObject({ tries: 2, gaveUp: { reason: 'retry budget' } });
	const asked = setUp([answered(429, 1000), answered(429, 2000), answered(200)], { budget });
	expect(await asked.clock.run(asked.run())).toMatchObject({ tries: 3, gaveUp: undefined });
});

it('counts what it tried again', async () => {
	const listener = new RetryStatistics();
	const { clock, run } = setUp([answered(429, 1000), answered(500), answered(500), answered(200)], {
		listener,
	});
	await clock.run(run());
	expect(listener.retries).toBe(3);
	expect(listener.byCause()).toEqual([
		{ cause: '500', count: 2 },
		{ cause: '429', count: 1 },
	]);
});

it('tells observers of each attempt before its permit is given back', async () => {
	const events: string[] = [];
	const observer: AttemptObserver = (_ask, startedAt) => {
		events.push(`start ${startedAt}`);
		return (result, now) => events.push(`${result.kind} ${now} ${admission.inFlight}`);
	};
	const { clock, run, admission } = setUp([answered(500), answered(200)], {
		observers: [observer],
	});
	await clock.run(run());
	expect(events).toEqual(['start 0', 'answered 100 1', 'start 600', 'answered 700 1']);
});

it('gives the permit back when an attempt breaks its word and rejects', async () => {
	const { clock, run, admission } = setUp([answered(200)]);
	const fault = new Error('fault');
	const work = run({ attempt: () => Promise.reject(fault) });
	await expect(clock.run(work)).rejects.toBe(fault);
	expect(admission.inFlight).toBe(0);
});

describe('an open circuit', () => {
	const options = {
		failureShare: 0.5,
		window: 60_000,
		minimumRequests: 1,
		openFor: 10_000,
		trials: 1,
		longestWait: 100_000,
	};
	const broken = (whenOpen: 'wait' | 'fail', results: AttemptResult[]) => {
		// Its clock is the one that the test will make.
		const time = { now: () => time.clock.now(), clock: new VirtualClock() };
		const breaker = new CircuitBreaker({ ...options, whenOpen }, time);
		const setup = setUp(results, { breaker });
		time.clock = setup.clock;
		return setup;
	};

	it('is waited for', async () => {
		const { clock, run, starts } = broken('wait', [answered(500), answered(200)]);
		await clock.run(run());
		expect(starts).toEqual([0, 10_100]);
	});

	it('turns away at once, if told to', async () => {
		const { clock, run, starts } = broken('fail', [answered(500)]);
		await clock.run(run({ rules: { ...RULES, maxTries: 1 } }));
		await expect(run()).rejects.toThrow(NotSent);
		expect(starts).toHaveLength(1);
	});

	it('turns away those who are waiting when it opens', async () => {
		const { clock, run, starts } = broken('fail', [answered(500)]);
		const rules = { ...RULES, maxTries: 1 };
		// Two in flight, two in line.
		const all = Promise.allSettled([
			run({ rules }),
			run({ rules }),
			run({ rules }),
			run({ rules }),
		]);
		const kinds = (await clock.run(all)).map(({ status }) => status);
		expect(kinds).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
		expect(starts).toHaveLength(2);
		expect(clock.now()).toBe(100);
	});
});
