import type { Clock } from '../../../nodes/ConcurrentHttpRequest/common/Clock.ts';
import { Progress } from '../../../nodes/ConcurrentHttpRequest/progress/Progress.ts';
import type { RunState } from '../../../nodes/ConcurrentHttpRequest/progress/describeProgress.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';

const START: RunState = {
	items: 1000,
	succeeded: 0,
	failed: 0,
	requestsEnded: 0,
	inFlight: 10,
	waits: [],
};

interface Line {
	/** Milliseconds since the run began. */
	readonly at: number;
	readonly line: string;
}

/** A run whose progress is said, by a clock that does not begin at 0. */
function begin({ interval = 2000, repeats = true } = {}) {
	const clock = new VirtualClock(12_345);
	const run: { state: RunState } = { state: START };
	const said: Line[] = [];
	const progress = new Progress({
		clock,
		interval,
		repeats,
		say: (line) => said.push({ at: clock.now() - 12_345, line }),
		read: () => run.state,
	});
	return { clock, run, said, progress };
}

it('says nothing of a run that is shorter than the interval, and leaves no timer', async () => {
	const { clock, said, progress } = begin();
	await clock.advanceBy(1999);
	progress.close();
	expect(clock.alarms).toBe(0);
	await clock.advanceBy(60_000);
	expect(said).toEqual([]);
});

it('says a line at each interval, and none after the end', async () => {
	const { clock, said, progress } = begin();
	await clock.advanceBy(7000);
	progress.close();
	await clock.advanceBy(60_000);
	expect(said.map(({ at }) => at)).toEqual([2000, 4000, 6000]);
	expect(clock.alarms).toBe(0);
});

it('keeps its times after the event loop was busy, and leaves out what it missed', () => {
	let now = 0;
	let alarm: { time: number; callback: () => void } | undefined;
	const clock: Clock = {
		now: () => now,
		at: (time, callback) => {
			alarm = { time, callback };
			return () => (alarm = undefined);
		},
	};
	const said: number[] = [];
	const options = { clock, interval: 2000, repeats: true, read: () => START };
	const progress = new Progress({ ...options, say: () => said.push(now) });
	now = 6500;
	alarm?.callback();
	expect(alarm?.time).toBe(8000);
	expect(said).toEqual([6500]);
	progress.close();
	expect(alarm).toBeUndefined();
});

it('does not repeat in a log what has not changed', async () => {
	const { clock, said, run, progress } = begin({ interval: 10_000, repeats: false });
	const wait = { label: 'the server (Retry-After)', origin: 'https://a.example.com' };
	run.state = { ...START, succeeded: 5, waits: [{ ...wait, until: clock.now() + 3_600_000 }] };
	await clock.advanceBy(60_000);
	run.state = { ...run.state, succeeded: 6 };
	await clock.advanceBy(40_000);
	progress.close();
	expect(said.map(({ at }) => at)).toEqual([10_000, 70_000]);
	expect(said[0]?.line).toBe(
		'5 of 1,000 items done, 10 requests in flight, about 33 min 10 s left, waiting 59 min 50 s more for the server (Retry-After) at https://a.example.com',
	);
});

it('reckons with the pace of the last minute', async () => {
	const { clock, said, run, progress } = begin({ interval: 10_000 });
	// 100 at once, as a rate limit of 100 a minute allows, and again after a minute.
	run.state = { ...START, succeeded: 100, requestsEnded: 100 };
	await clock.advanceBy(60_000);
	run.state = { ...START, succeeded: 200, requestsEnded: 200 };
	await clock.advanceBy(60_000);
	progress.close();
	const linesAt = (time: number) => said.find(({ at }) => at === time)?.line;
	expect(linesAt(10_000)).toContain('10 requests a second, about 1 min 30 s left');
	expect(linesAt(60_000)).toContain('1.7 requests a second, about 9 min left');
	expect(linesAt(110_000)).toContain('1.7 requests a second, about 8 min left');
});
