import type { AttemptResult } from '../../../../nodes/ConcurrentHttpRequest/engine/retry/AttemptResult.ts';
import { HostPause } from '../../../../nodes/ConcurrentHttpRequest/engine/retry/HostPause.ts';
import {
	type FollowRedirect,
	Retrier,
} from '../../../../nodes/ConcurrentHttpRequest/engine/retry/Retrier.ts';
import { ONLY_WHEN_ASKED } from '../../../../nodes/ConcurrentHttpRequest/engine/retry/RetryPolicy.ts';
import { VirtualClock } from '../../../support/VirtualClock.ts';
import { TestAdmission } from './TestAdmission.ts';

const FROM = 'https://a.example.com';
const TO = 'https://b.example.com';
const answered = (status: number): AttemptResult => ({ kind: 'answered', status, word: {} });

/** Requests of 100 ms to one host, which redirects to another, of 100 ms as well. */
function setUp(concurrency: number) {
	const clock = new VirtualClock();
	const pause = new HostPause();
	const admission = new TestAdmission(clock, concurrency, [pause]);
	const controller = new AbortController();
	const observed: string[] = [];
	const retrier = new Retrier({
		admission,
		clock,
		random: () => 0.5,
		signal: controller.signal,
		observers: [
			pause.observe,
			({ origin }, from) =>
				(result, to) =>
					observed.push(`${origin} ${from}-${to} ${result.kind === 'answered' && result.status}`),
		],
		pause,
	});
	const attempt = async (_permit: unknown, follow: FollowRedirect) => {
		await clock.sleep(100);
		try {
			await follow(TO, answered(302));
		} catch (error) {
			const result: AttemptResult = { kind: 'unrepeatable', isCancelled: false };
			return { value: { error }, result };
		}
		await clock.sleep(100);
		return { value: { error: undefined }, result: answered(200) };
	};
	const run = () =>
		retrier.run({
			...{ ask: { origin: FROM }, method: 'GET', hasIdempotencyKey: false, attempt },
			rules: { ...ONLY_WHEN_ASKED, totalTime: 60_000 },
		});
	return { clock, pause, admission, controller, observed, run };
}

it('counts each request at the host that it goes to, with one place at a time', async () => {
	const { clock, admission, observed, run } = setUp(1);
	await clock.run(Promise.all([run(), run()]));
	expect(observed).toEqual([
		`${FROM} 0-100 302`,
		// Hosts take turns.
		`${FROM} 100-200 302`,
		`${TO} 200-300 200`,
		`${TO} 300-400 200`,
	]);
	expect(admission.inFlight).toBe(0);
});

it('waits for the next host and holds nothing meanwhile', async () => {
	const { clock, pause, admission, observed, run } = setUp(1);
	pause.pause(TO, 5000);
	const running = run();
	await clock.advanceTo(4999);
	expect(admission.inFlight).toBe(0);
	await clock.run(running);
	expect(observed).toEqual([`${FROM} 0-100 302`, `${TO} 5000-5100 200`]);
});

it('is not followed where the wait would be too long', async () => {
	const { clock, pause, admission, run } = setUp(1);
	pause.pause(TO, 60_001);
	const { value } = await clock.run(run());
	expect(value.error).toMatchObject({
		...{ name: 'NotSent', kind: 'paused', comeBackAt: 60_001 },
		message: expect.stringMatching(/^The redirect was not followed: the server/) as string,
	});
	expect(clock.now()).toBe(100);
	expect(admission.inFlight).toBe(0);
});

it('is not waited for any longer when the run is stopped', async () => {
	const { clock, pause, admission, controller, run } = setUp(1);
	pause.pause(TO, 50_000);
	const running = run();
	await clock.advanceTo(1000);
	const reason = new Error('stopped');
	controller.abort(reason);
	admission.abort(reason);
	expect((await running).value.error).toBe(reason);
	expect(clock.now()).toBe(1000);
	expect(admission.inFlight).toBe(0);
});
