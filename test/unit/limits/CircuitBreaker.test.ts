import { CircuitBreaker } from '../../../nodes/ConcurrentHttpRequest/limits/CircuitBreaker.ts';
import type { Outcome } from '../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';

const ask = { origin: 'https://a.example.com' };
const other = { origin: 'https://b.example.com' };
const OPTIONS = {
	failureShare: 0.5,
	window: 10_000,
	minimumRequests: 10,
	openFor: 30_000,
	trials: 2,
	whenOpen: 'wait',
	longestWait: 100_000,
} as const;
const answered = (status: number): Outcome => ({
	kind: status >= 500 ? 'failed' : 'ok',
	status,
	latency: 0,
});
const cancelled: Outcome = { kind: 'cancelled', latency: 0 };
const ok = answered(200);
const failed = answered(500);

function make(options: object = {}) {
	const clock = { time: 0, now: () => clock.time };
	const breaker = new CircuitBreaker({ ...OPTIONS, ...options }, clock);
	const begin = () => {
		const taken = breaker.take(ask, clock.time);
		return (outcome: Outcome) => breaker.release(ask, outcome, clock.time, taken);
	};
	const send = (result: Outcome, times = 1) => {
		for (let i = 0; i < times; i++) begin()(result);
	};
	return { clock, breaker, begin, send, available: () => breaker.availableAt(ask, clock.time) };
}

it('opens when half of at least ten have failed, for that server only', () => {
	const { send, available, breaker } = make();
	send(ok, 5);
	send(failed, 4);
	expect(available()).toBe(0);
	send(failed);
	expect(available()).toBe(30_000);
	expect(breaker.availableAt(other, 0)).toBe(0);
	expect(breaker.timesOpened).toBe(1);
});

it('does not open while few have failed, or few were sent', () => {
	const few = make();
	few.send(failed, 9);
	expect(few.available()).toBe(0);
	const { send, available } = make();
	send(ok, 20);
	send(failed, 19);
	expect(available()).toBe(0);
});

it('forgets what happened before its window', () => {
	const { send, available, clock } = make();
	send(failed, 9);
	clock.time = 10_000;
	send(failed);
	expect(available()).toBe(10_000);
});

it.each<[string, Outcome]>([
	['a 429', answered(429)],
	['a 404', answered(404)],
	['our own doing', cancelled],
])('takes %s for no failure', (_, result) => {
	const { send, available } = make();
	send(result, 100);
	expect(available()).toBe(0);
});

it.each(['overloaded', 'failed'] as const)('counts a missing response as a failure: %s', (kind) => {
	const { send, available } = make();
	send({ kind, latency: 0 }, 10);
	expect(available()).toBe(30_000);
});

it('lets one trial through at a time, and closes after as many as it wants', () => {
	const { begin, send, available, clock } = make();
	send(failed, 10);
	clock.time = 30_000;
	expect(available()).toBe(30_000);
	const trial = begin();
	expect(available()).toBe(Infinity);
	trial(ok);
	expect(available()).toBe(30_000);
	const second = begin();
	expect(available()).toBe(Infinity);
	second(ok);
	begin();
	begin();
	expect(available()).toBe(30_000);
});

it('opens again when a trial fails', () => {
	const { send, available, clock, breaker } = make();
	send(failed, 10);
	clock.time = 30_000;
	send(ok);
	send(failed);
	expect(available()).toBe(60_000);
	expect(breaker.timesOpened).toBe(2);
	clock.time = 60_000;
	send(ok);
	send(ok);
	expect(available()).toBe(60_000);
	expect(breaker.turnsAway(ask.origin)).toBe(false);
});

it('gives the place of a trial that was cancelled to another', () => {
	const { begin, send, available, clock } = make();
	send(failed, 10);
	clock.time = 30_000;
	begin()(cancelled);
	expect(available()).toBe(30_000);
});

it('learns nothing from requests that were under way when it opened', () => {
	const { begin, send, available, clock } = make();
	const early = [begin(), begin(), begin()];
	send(failed, 10);
	early[0]!(ok);
	clock.time = 30_000;
	const trial = begin();
	early[1]!(ok);
	early[2]!(failed);
	expect(available()).toBe(Infinity);
	trial(ok);
	expect(available()).toBe(30_000);
});

it('turns requests away at once, if it is told to', () => {
	const { begin, send, clock, breaker } = make({ whenOpen: 'fail' });
	expect(breaker.turnsAway(ask.origin)).toBe(false);
	send(failed, 10);
	expect(breaker.turnsAway(ask.origin)).toBe(true);
	clock.time = 30_000;
	expect(breaker.turnsAway(ask.origin)).toBe(false);
	begin();
	expect(breaker.turnsAway(ask.origin)).toBe(true);
});

it('turns away those who wait, too, after the longest wait', () => {
	const { send, clock, breaker } = make({ longestWait: 50_000 });
	let openings = 0;
	breaker.onOpen(() => openings++);
	send(failed, 10);
	expect(breaker.turnsAway(ask.origin)).toBe(false);
	for (clock.time = 30_000; clock.time <= 60_000; clock.time += 30_000) send(failed);
	clock.time = 61_000;
	expect(breaker.turnsAway(ask.origin)).toBe(true);
	expect(openings).toBe(3);
});
