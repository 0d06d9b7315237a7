import { ServerLimits } from '../../../../nodes/ConcurrentHttpRequest/limits/server/ServerLimits.ts';
import type { Outcome } from '../../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';
import { refuseUntil } from './refuseUntil.ts';

const ask = { origin: 'https://a.example.com' };
const other = { origin: 'https://b.example.com' };
const ok: Outcome = { kind: 'ok', latency: 0, status: 200, rateLimit: {} };
const refused = (retryAt: number): Outcome => ({
	kind: 'overloaded',
	latency: 0,
	status: 503,
	rateLimit: { retryAt },
});

/** Starts as many as may start. */
function start(limits: ServerLimits, now: number) {
	const ends: Array<(outcome: Outcome, now: number) => void> = [];
	while (limits.availableAt(ask, now) <= now && ends.length < 100) {
		const taken = limits.take(ask, now);
		ends.push((outcome, at) => limits.release(ask, outcome, at, taken));
	}
	return ends;
}

it('holds back an origin, and no other, until the latest time that it named', () => {
	const limits = new ServerLimits();
	const ends = start(limits, 0).slice(0, 3);
	expect(ends).toHaveLength(3);
	ends[0]!(refused(5000), 10);
	ends[1]!(refused(9000), 11);
	ends[2]!(refused(4000), 12);
	expect(limits.availableAt(ask, 20)).toBe(9000);
	expect(limits.availableAt(other, 20)).toBe(20);
});

it('lets one request go first, and twice as many with each round trip', () => {
	const limits = new ServerLimits();
	refuseUntil(limits, ask.origin, 1000, 0);
	const rounds: number[] = [];
	for (let now = 1000; now < 1600; now += 100) {
		const ends = start(limits, now);
		rounds.push(ends.length);
		for (const end of ends) end(ok, now + 50);
	}
	expect(rounds).toEqual([1, 2, 4, 8, 16, 32]);
});

it('stays at one when that one is refused', () => {
	const limits = new ServerLimits();
	refuseUntil(limits, ask.origin, 1000, 0);
	start(limits, 1000)[0]!(refused(2000), 1050);
	expect(start(limits, 1999)).toHaveLength(0);
	expect(start(limits, 2000)).toHaveLength(1);
});

it('admits no more after a refusal that names no time', () => {
	const limits = new ServerLimits();
	refuseUntil(limits, ask.origin, 1000, 0);
	start(limits, 1000)[0]!({ ...ok, kind: 'overloaded', status: 429 }, 1050);
	expect(start(limits, 1100)).toHaveLength(1);
});

it('learns nothing from responses to requests from before the pause', () => {
	const limits = new ServerLimits();
	const ends = start(limits, 0);
	ends[0]!(refused(1000), 10);
	for (const end of ends.slice(1)) end(ok, 20);
	expect(start(limits, 1000)).toHaveLength(1);
});

it('does not count what was started before the pause', () => {
	const limits = new ServerLimits();
	const [slow, fast] = start(limits, 0);
	fast!(refused(1000), 10);
	expect(start(limits, 1000)).toHaveLength(1);
	slow!(ok, 1010);
	expect(start(limits, 1011)).toHaveLength(0);
});

it('lets another request go when the first one takes long', () => {
	const limits = new ServerLimits();
	refuseUntil(limits, ask.origin, 1000, 0);
	expect(start(limits, 1000)).toHaveLength(1);
	expect(limits.availableAt(ask, 1001)).toBe(3000);
	expect(start(limits, 3000)).toHaveLength(1);
	expect(limits.availableAt(ask, 3001)).toBe(5000);
});
