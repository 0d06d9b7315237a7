import { NotTried } from '../../../../nodes/ConcurrentHttpRequest/engine/breaker/FailureBudget.ts';
import type { AttemptResult } from '../../../../nodes/ConcurrentHttpRequest/engine/retry/AttemptResult.ts';
import { HostPause } from '../../../../nodes/ConcurrentHttpRequest/engine/retry/HostPause.ts';
import {
	type FollowRedirect,
	type Job,
	Retrier,
} from '../../../../nodes/ConcurrentHttpRequest/engine/retry/Retrier.ts';
import {
	ONLY_WHEN_ASKED,
	type RetryRules,
} from '../../../../nodes/ConcurrentHttpRequest/engine/retry/RetryPolicy.ts';
import { VirtualClock } from '../../../support/VirtualClock.ts';
import { TestAdmission } from './TestAdmission.ts';

const HOST = 'https://api.example.com';
const OTHER = 'https://other.example.com';
const HOUR = 3_600_000;
const RULES: RetryRules = {
	...ONLY_WHEN_ASKED,
	statuses: new Set([429, 500]),
	backoff: { base: 1000, cap: 1000 },
	totalTime: 60_000,
};
const answered = (status: number, retryAt?: number): AttemptResult => ({
	kind: 'answered',
	status,
	word: retryAt === undefined ? {} : { retryAt },
});

interface Value {
	readonly result: AttemptResult;
}

/** Requests of 100 ms, `concurrency` of them at a time. */
function setUp(concurrency: number) {
	const clock = new VirtualClock();
	const pause = new HostPause();
	const admission = new TestAdmission(clock, concurrency, [pause]);
	const controller = new AbortController();
	const retrier = new Retrier({
		admission,
		clock,
		random: () => 0.5,
		signal: controller.signal,
		observers: [pause.observe],
		pause,
	});
	const starts: string[] = [];
	/** A request that ends so, one result for each try; after a redirect to the other host, if told. */
	const run = (
		name: string,
		results: AttemptResult[],
		more: Partial<Job<Value>> = {},
		redirect?: AttemptResult,
	) => {
		let tries = 0;
		const attempt = async (_permit: unknown, follow: FollowRedirect) => {
			starts.push(`${name} ${clock.now()}`);
			const result = results[Math.min(tries++, results.length - 1)]!;
			await clock.sleep(100);
			if (!redirect) return { value: { result }, result };
			try {
				await follow(OTHER, redirect);
			} catch (error) {
				const refused: AttemptResult = { kind: 'unrepeatable', isCancelled: false };
				return { value: { result: refused, error }, result: refused };
			}
			starts.push(`${name} followed ${clock.now()}`);
			await clock.sleep(100);
			return { value: { result }, result };
		};
		const ask = { origin: HOST };
		const job = { ask, method: 'GET', hasIdempotencyKey: false, rules: RULES, attempt };
		return retrier.run<Value>({ ...job, ...more });
	};
	const stop = (reason: Error) => {
		controller.abort(reason);
		admission.abort(reason);
	};
	return { clock, pause, admission, starts, run, stop };
}

describe('what a server carries out before it redirects', () => {
	const refused = [answered(429, 1000), answered(200)];

	it.each([301, 302, 303])(
		'is not carried out twice: a POST, a %i, and then a 429',
		async (code) => {
			const { clock, run, starts } = setUp(1);
			const settled = await clock.run(run('a', refused, { method: 'POST' }, answered(code)));
			expect(starts).toEqual(['a 0', 'a followed 100']);
			expect(settled.gaveUp).toMatchObject({ reason: 'unsafe' });
		},
	);

	it.each([
		['after a 307, which asks for the same request elsewhere', 'POST', 307],
		['after a 308', 'POST', 308],
		['with a method that may be repeated', 'GET', 302],
	])('is sent again %s', async (_, method, code) => {
		const { clock, run } = setUp(1);
		const settled = await clock.run(run('a', refused, { method }, answered(code)));
		expect(settled).toMatchObject({ tries: 2, gaveUp: undefined });
	});
});

describe('Retry-After of a redirect (RFC 9110 section 10.2.3)', () => {
	it('is waited for, without a place in flight', async () => {
		const { clock, admission, run, starts } = setUp(1);
		const work = run('a', [answered(200)], {}, answered(302, 5000));
		await clock.advanceTo(4999);
		expect(admission.inFlight).toBe(0);
		await clock.run(work);
		expect(starts).toEqual(['a 0', 'a followed 5000']);
	});

	it('is not waited for where it is longer than an item may take', async () => {
		const { clock, run } = setUp(1);
		const { value } = await clock.run(run('a', [answered(200)], {}, answered(302, HOUR)));
		expect(value).toMatchObject({ error: { name: 'NotSent', comeBackAt: HOUR } });
		expect(clock.now()).toBe(100);
	});

	it('is not waited for any longer when the run is stopped', async () => {
		const { clock, run, stop } = setUp(1);
		const work = run('a', [answered(200)], {}, answered(302, 50_000));
		await clock.advanceTo(1000);
		stop(new Error('stopped'));
		await work;
		expect(clock.now()).toBe(1000);
	});
});

it('does not say of a request that was redirected that it was not tried', async () => {
	const { clock, run, stop } = setUp(1);
	const work = run('a', [answered(200)], {}, answered(302, 50_000));
	await clock.advanceTo(1000);
	stop(new NotTried('the run stopped after 3 of 5 items had failed'));
	expect((await work).value).toMatchObject({
		error: { message: 'The redirect was not followed: the run has ended' },
	});
});

describe('a pause that is longer than an item may take', () => {
	it('fails those at once that wait already', async () => {
		const { clock, run, starts } = setUp(1);
		const first = run('a', [answered(429, HOUR)]);
		const second = run('b', [answered(200)]).catch((error: unknown) => error);
		const elsewhere = run('c', [answered(200)], { ask: { origin: OTHER } });
		expect(await clock.run(first)).toMatchObject({ gaveUp: { reason: 'time', comeBackAt: HOUR } });
		expect(await clock.run(second)).toMatchObject({ name: 'NotSent', comeBackAt: HOUR });
		expect(clock.now()).toBe(100);
		await clock.run(elsewhere);
		expect(starts).toEqual(['a 0', 'c 100']);
	});

	it('is waited for by those that may take so long', async () => {
		const { clock, run, starts } = setUp(1);
		const rules = { ...RULES, totalTime: Infinity };
		const first = run('a', [answered(429, HOUR), answered(200)], { rules });
		const second = run('b', [answered(200)], { rules });
		await clock.run(Promise.all([first, second]));
		expect(starts.map((start) => Number(start.slice(2)))).toEqual([0, HOUR, HOUR + 100]);
	});
});

describe('the total time of an item', () => {
	it('bounds the wait for a place as well', async () => {
		const { clock, run } = setUp(1);
		const work = run('a', [answered(500)]);
		await clock.advanceTo(200);
		// Something takes the only place for an hour.
		void run('b', [answered(200)], {
			attempt: async () => {
				await clock.sleep(HOUR);
				return { value: { result: answered(200) }, result: answered(200) };
			},
		});
		expect(await clock.run(work)).toEqual({
			...{ value: { result: answered(500) }, tries: 1, gaveUp: { reason: 'time' } },
		});
		expect(clock.now()).toBe(RULES.totalTime);
	});
});

it('takes its next try before those that have not begun', async () => {
	const { clock, run, starts } = setUp(1);
	const all = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => run(name, [answered(200)]));
	const tried = run('a', [answered(500), answered(200)]);
	await clock.run(Promise.all([...all, tried]));
	expect(starts.indexOf('a 800')).toBe(8);
	const again = setUp(1);
	const first = again.run('a', [answered(500), answered(200)]);
	const others = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) =>
		again.run(name, [answered(200)]),
	);
	await again.clock.run(Promise.all([first, ...others]));
	expect(again.starts.map((start) => start[0]).join('')).toBe('abcdefagh');
});

it('tells the last answer of an item that was tried, also where the run ends before its next try', async () => {
	const { clock, run, stop } = setUp(1);
	const waitsForBackoff = run('a', [answered(500)]);
	const waitsForServer = run('b', [answered(429, 30_000)]);
	const untried = run('c', [answered(200)]).catch((error: unknown) => error);
	await clock.advanceTo(250);
	const reason = new Error('enough');
	stop(reason);
	const gaveUp = { reason: 'run ended', because: 'enough' };
	expect(await waitsForBackoff).toMatchObject({ value: { result: { status: 500 } }, gaveUp });
	expect(await waitsForServer).toMatchObject({ value: { result: { status: 429 } }, gaveUp });
	expect(await untried).toBe(reason);
});
