import { RateLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const request = { origin: 'https://a.test' };
const outcome = { kind: 'ok', latency: 0 } as const;
const costing = (cost: number) => ({ ...request, costs: [cost] });

it('frees a place one interval after the response', () => {
	const limit = new RateLimit({ amount: 1, interval: SECOND });
	const taken = limit.take(request, 0);
	limit.release(request, outcome, 4, taken);
	expect(limit.availableAt(request, 500)).toBe(1004);
	expect(limit.availableAt(request, 1004)).toBe(1004);
});

/** A limit of two whose first interval is over, and the usual response in it. */
const warm = (latency: number) => {
	const limit = new RateLimit({ amount: 2, interval: SECOND });
	limit.release(request, { kind: 'ok', latency }, latency, limit.take(request, 0));
	limit.release(request, { kind: 'ok', latency }, 400 + latency, limit.take(request, 400));
	return limit;
};

it('frees a place one interval and 1 % after the request was sent, however slow the response is', () => {
	const limit = warm(300);
	const taken = limit.take(request, 1500);
	limit.sent(request, 1503, taken);
	expect(limit.availableAt(request, 1700)).toBe(1700);
	limit.take(request, 1700);
	expect(limit.availableAt(request, 2000)).toBe(2513);
	limit.release(request, outcome, 2400, taken);
	expect(limit.availableAt(request, 2400)).toBe(2513);
});

it('waits for the response where responses are quick, also when one is not', () => {
	const limit = warm(1);
	const taken = limit.take(request, 1500);
	limit.sent(request, 1503, taken);
	limit.take(request, 1700);
	limit.release(request, outcome, 1680, taken);
	expect(limit.availableAt(request, 2000)).toBe(2680);
});

it('allows in the first interval for a server that wakes up', () => {
	const limit = new RateLimit({ amount: 1, interval: SECOND });
	const taken = limit.take(request, 0);
	limit.sent(request, 3, taken);
	expect(limit.availableAt(request, 4)).toBe(1510);
	limit.release(request, outcome, 100, taken);
	expect(limit.availableAt(request, 101)).toBe(1100);
});

it('keeps a place longer when the request was written late', () => {
	const limit = new RateLimit({ amount: 1, interval: SECOND });
	const taken = limit.take(request, 0);
	expect(limit.availableAt(request, 1)).toBe(1510);
	limit.sent(request, 600, taken);
	expect(limit.availableAt(request, 601)).toBe(1610);
});

it('keeps a place for the safety margin longer', () => {
	const limit = new RateLimit({ amount: 1, interval: SECOND, safetyMargin: 200 });
	const taken = limit.take(request, 0);
	expect(limit.availableAt(request, 1)).toBe(1710);
	limit.release(request, outcome, 100, taken);
	expect(limit.availableAt(request, 101)).toBe(1300);
	expect(limit.label).toBe('the limit of 1 request a second');
});

it('counts what is still not written after its interval, and then from there', () => {
	const limit = new RateLimit({ amount: 2, interval: SECOND });
	const late = limit.take(request, 0);
	const other = limit.take(request, 0);
	limit.release(request, outcome, 5, other);
	expect(limit.availableAt(request, 2000)).toBe(2000);
	limit.take(request, 2000);
	// Nothing tells when it will be written.
	expect(limit.availableAt(request, 2001)).toBe(3510);
	limit.sent(request, 3000, late);
	expect(limit.availableAt(request, 3509)).toBe(3510);
	limit.take(request, 3510);
	expect(limit.availableAt(request, 3511)).toBe(4010);
});

it('forgets what was never written one interval after it has failed', () => {
	const limit = new RateLimit({ amount: 1, interval: SECOND });
	const taken = limit.take(request, 0);
	expect(limit.availableAt(request, 5000)).toBe(Infinity);
	limit.release(request, { kind: 'failed', latency: 6000 }, 6000, taken);
	expect(limit.availableAt(request, 6001)).toBe(7000);
	expect(limit.availableAt(request, 7000)).toBe(7000);
});

it('counts costs exactly, also fractions', () => {
	const limit = new RateLimit({ amount: 1, interval: SECOND, unit: 'rows', costIndex: 0 });
	for (let turn = 0; turn < 10; turn++) {
		expect(limit.availableAt(costing(0.1), turn)).toBe(turn);
		limit.take(costing(0.1), turn);
	}
	expect(limit.availableAt(costing(0.000001), 10)).toBeGreaterThan(10);
	expect(limit.availableAt(costing(0), 10)).toBe(10);
});

it('admits a large cost as soon as enough is free', () => {
	const limit = new RateLimit({ amount: 10, interval: SECOND, unit: 'rows', costIndex: 0 });
	const taken = [4, 4, 2].map((cost, at) => limit.take(costing(cost), at * 100));
	taken.forEach((entry, at) => limit.release(request, outcome, at * 100, entry));
	let now = 300;
	const tried: number[] = [];
	while (limit.availableAt(costing(7), now) > now) {
		now = limit.availableAt(costing(7), now);
		tried.push(now);
	}
	expect(tried).toEqual([1000, 1100]);
});

it('refuses a cost that is above the limit, and says why', () => {
	const limit = new RateLimit({
		amount: 90_000,
		interval: MINUTE,
		unit: 'tokens',
		costIndex: 0,
	});
	expect(() => limit.check(costing(90_000))).not.toThrow();
	expect(() => limit.check(costing(90_001))).toThrow(
		'This request costs 90,001, which is more than the limit of 90,000 tokens a minute ever allows. Make the request smaller, or set a higher limit.',
	);
});

it('spreads requests evenly, also after a pause', () => {
	const limit = new RateLimit({ amount: 10, interval: SECOND, spreadEvenly: true });
	limit.take(request, 0);
	const due = limit.availableAt(request, 0);
	expect(due).toBeGreaterThanOrEqual(80);
	expect(due).toBeLessThanOrEqual(101);
	limit.take(request, 60_000);
	expect(limit.availableAt(request, 60_000)).toBeGreaterThanOrEqual(60_080);
});

it.each([
	[100, MINUTE, 'requests', 'the limit of 100 requests a minute'],
	[1, 10 * SECOND, 'requests', 'the limit of 1 request every 10 seconds'],
	[90_000, 24 * 60 * MINUTE, 'tokens', 'the limit of 90,000 tokens a day'],
	[5, 250, 'requests', 'the limit of 5 requests every 250 ms'],
	[5, 90 * MINUTE, 'rows', 'the limit of 5 rows every 90 minutes'],
])('says what it is: %d in %d ms of %s', (amount, interval, unit, label) => {
	expect(new RateLimit({ amount, interval, unit }).label).toBe(label);
});

it.each([
	[0, 1000],
	[-1, 1000],
	[NaN, 1000],
	[1, 0],
])('is not made of %d in %d ms', (amount, interval) => {
	expect(() => new RateLimit({ amount, interval })).toThrow(RangeError);
});
