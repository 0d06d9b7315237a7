import { RateLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const ask = { origin: 'https://a.test' };
const outcome = { kind: 'ok', latency: 0 } as const;
const asking = (cost: number) => ({ ...ask, costs: [cost] });

it('frees a slot one interval after the answer', () => {
	const budget = new RateLimit({ amount: 1, interval: SECOND });
	const taken = budget.take(ask, 0);
	budget.release(ask, outcome, 4, taken);
	expect(budget.availableAt(ask, 500)).toBe(1004);
	expect(budget.availableAt(ask, 1004)).toBe(1004);
});

/** A budget of two whose first interval is over, and the usual answer in it. */
const warm = (latency: number) => {
	const budget = new RateLimit({ amount: 2, interval: SECOND });
	budget.release(ask, { kind: 'ok', latency }, latency, budget.take(ask, 0));
	budget.release(ask, { kind: 'ok', latency }, 400 + latency, budget.take(ask, 400));
	return budget;
};

it('frees a slot one interval and 1 % after it was sent, however slow the answer is', () => {
	const budget = warm(300);
	const taken = budget.take(ask, 1500);
	budget.sent(ask, 1503, taken);
	expect(budget.availableAt(ask, 1700)).toBe(1700);
	budget.take(ask, 1700);
	expect(budget.availableAt(ask, 2000)).toBe(2513);
	budget.release(ask, outcome, 2400, taken);
	expect(budget.availableAt(ask, 2400)).toBe(2513);
});

it('waits for the answer where answers are quick, also when one is not', () => {
	const budget = warm(1);
	const taken = budget.take(ask, 1500);
	budget.sent(ask, 1503, taken);
	budget.take(ask, 1700);
	budget.release(ask, outcome, 1680, taken);
	expect(budget.availableAt(ask, 2000)).toBe(2680);
});

it('allows for a server that wakes up, in the first interval', () => {
	const budget = new RateLimit({ amount: 1, interval: SECOND });
	const taken = budget.take(ask, 0);
	budget.sent(ask, 3, taken);
	expect(budget.availableAt(ask, 4)).toBe(1510);
	budget.release(ask, outcome, 100, taken);
	expect(budget.availableAt(ask, 101)).toBe(1100);
});

it('keeps a slot longer when the request was late on its connection', () => {
	const budget = new RateLimit({ amount: 1, interval: SECOND });
	const taken = budget.take(ask, 0);
	expect(budget.availableAt(ask, 1)).toBe(1510);
	budget.sent(ask, 600, taken);
	expect(budget.availableAt(ask, 601)).toBe(1610);
});

it('counts costs, exactly also where they are fractions', () => {
	const budget = new RateLimit({ amount: 1, interval: SECOND, unit: 'rows', costIndex: 0 });
	for (let turn = 0; turn < 10; turn++) {
		expect(budget.availableAt(asking(0.1), turn)).toBe(turn);
		budget.take(asking(0.1), turn);
	}
	expect(budget.availableAt(asking(0.000001), 10)).toBeGreaterThan(10);
	expect(budget.availableAt(asking(0), 10)).toBe(10);
});

it('lets a large cost in as soon as enough is free', () => {
	const budget = new RateLimit({ amount: 10, interval: SECOND, unit: 'rows', costIndex: 0 });
	const taken = [4, 4, 2].map((cost, at) => budget.take(asking(cost), at * 100));
	taken.forEach((entry, at) => budget.release(ask, outcome, at * 100, entry));
	let now = 300;
	const tried: number[] = [];
	while (budget.availableAt(asking(7), now) > now) {
		now = budget.availableAt(asking(7), now);
		tried.push(now);
	}
	expect(tried).toEqual([1000, 1100]);
});

it('refuses what can never be admitted, and says why', () => {
	const budget = new RateLimit({
		amount: 90_000,
		interval: MINUTE,
		unit: 'tokens',
		costIndex: 0,
	});
	expect(() => budget.check(asking(90_000))).not.toThrow();
	expect(() => budget.check(asking(90_001))).toThrow(
		'This request costs 90,001, which is more than the quota of 90,000 tokens a minute ever allows. Make the request smaller, or set a higher limit.',
	);
});

it('spread evenly, has one request follow the other, also after a pause', () => {
	const budget = new RateLimit({ amount: 10, interval: SECOND, spreadEvenly: true });
	budget.take(ask, 0);
	const due = budget.availableAt(ask, 0);
	expect(due).toBeGreaterThanOrEqual(80);
	expect(due).toBeLessThanOrEqual(101);
	budget.take(ask, 60_000);
	expect(budget.availableAt(ask, 60_000)).toBeGreaterThanOrEqual(60_080);
});

it.each([
	[100, MINUTE, 'requests', 'the quota of 100 requests a minute'],
	[1, 10 * SECOND, 'requests', 'the quota of 1 request every 10 seconds'],
	[90_000, 24 * 60 * MINUTE, 'tokens', 'the quota of 90,000 tokens a day'],
	[5, 250, 'requests', 'the quota of 5 requests every 250 ms'],
	[5, 90 * MINUTE, 'rows', 'the quota of 5 rows every 90 minutes'],
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
