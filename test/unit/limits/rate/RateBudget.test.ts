import fc from 'fast-check';

import { RateBudget } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/RateBudget';
import { heavyTailed, TIMEOUT } from '../../../support/heavyTail';
import { mostInWindow } from '../../../support/slidingWindow';
import { randomFrom, simulate, type Traffic } from './simulate';

// A million admissions take seconds on a machine that has nothing else to do.
jest.setTimeout(600_000);

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Answers after 5 to 50 ms on open connections, and says when it has sent. */
function steady(interval: number): Omit<Traffic, 'limits' | 'requests'> {
	const random = randomFrom(interval);
	return {
		gap: () => 0,
		connecting: () => 0,
		tellsSent: true,
		way: () => random() * Math.min(2, interval / 100),
		answering: () => 3 + random() * 45,
		cost: () => 1,
	};
}

/** The share that was used of what the budget allows beyond its first filling. */
const share = (used: number, amount: number, interval: number, elapsed: number): number =>
	(used - amount) / ((amount * elapsed) / interval);

describe('over a million admissions in all', () => {
	const cases: Array<[name: string, amount: number, interval: number, spread: boolean]> = [
		['500 a minute', 500, MINUTE, false],
		['100 a second', 100, SECOND, false],
		['1,000 a second, evenly', 1000, SECOND, true],
		['10 in 7 ms', 10, 7, false],
		['10,000 a day', 10_000, 24 * 60 * MINUTE, false],
	];

	test.each(cases)(
		'no window holds more than %s, at the server neither, and 99 %% is used',
		async (_, amount, interval, spreadEvenly) => {
			const budget = new RateBudget({ amount, interval, spreadEvenly });
			const seen = await simulate({ ...steady(interval), limits: [budget], requests: 140_000 });
			expect(seen.starts).toHaveLength(140_000);
			expect(mostInWindow(seen.starts, interval)).toBeLessThanOrEqual(amount);
			expect(mostInWindow(seen.arrivals, interval)).toBeLessThanOrEqual(amount);
			const filling = spreadEvenly ? 0 : amount;
			expect(share(seen.totalCost, filling, interval, seen.elapsed)).toBeGreaterThan(0.99);
		},
	);

	test('nor with latencies that have a heavy tail, and 98.5 % is used', async () => {
		const random = randomFrom(11);
		const amount = 100;
		const seen = await simulate({
			...steady(SECOND),
			limits: [new RateBudget({ amount, interval: SECOND })],
			requests: 30_000,
			answering: () => Math.min(TIMEOUT, heavyTailed(random())),
		});
		expect(mostInWindow(seen.starts, SECOND)).toBeLessThanOrEqual(amount);
		expect(mostInWindow(seen.arrivals, SECOND)).toBeLessThanOrEqual(amount);
		expect(share(seen.totalCost, amount, SECOND, seen.elapsed)).toBeGreaterThan(0.985);
	});

	test('nor with random arrivals, costs and connections that are slow to open', async () => {
		const random = randomFrom(7);
		const tokens = 9000;
		const budgets = [
			new RateBudget({ amount: 50, interval: SECOND }),
			new RateBudget({ amount: tokens, interval: MINUTE, unit: 'tokens', position: 0 }),
			new RateBudget({ amount: 100_000, interval: 60 * MINUTE }),
		];
		const seen = await simulate({
			limits: budgets,
			requests: 300_000,
			gap: () => (random() < 0.1 ? random() * 400 : 0),
			connecting: () => (random() < 0.02 ? 40 + random() * 160 : 0),
			tellsSent: true,
			way: () => random() * 10,
			answering: () => random() * 500,
			cost: () => Math.round(random() * 20) / 10,
		});
		const counted = seen.arrivals.map(({ time }) => ({ time, cost: 1 }));
		expect(mostInWindow(counted, SECOND)).toBeLessThanOrEqual(50);
		expect(mostInWindow(seen.arrivals, MINUTE)).toBeLessThanOrEqual(tokens + 1e-6);
		expect(mostInWindow(seen.starts, MINUTE)).toBeLessThanOrEqual(tokens + 1e-6);
		expect(mostInWindow(counted, 60 * MINUTE)).toBeLessThanOrEqual(100_000);
	});
});

it('holds in any traffic whose way to the server is within the margin', async () => {
	const traffic = fc.record({
		amount: fc.integer({ min: 1, max: 12 }),
		interval: fc.integer({ min: 50, max: 2000 }),
		slowest: fc.integer({ min: 0, max: 3000 }),
		connecting: fc.integer({ min: 0, max: 3000 }),
		gap: fc.integer({ min: 0, max: 300 }),
		spreadEvenly: fc.boolean(),
		seed: fc.integer(),
	});
	await fc.assert(
		fc.asyncProperty(traffic, async (given) => {
			const { amount, interval, slowest, connecting, gap, spreadEvenly, seed } = given;
			const random = randomFrom(seed);
			const budget = new RateBudget({ amount, interval, spreadEvenly });
			const seen = await simulate({
				limits: [budget],
				requests: 80,
				gap: () => (random() < 0.5 ? 0 : random() * gap),
				// A request that has not been sent an interval after its admission is on its own.
				connecting: () => random() * Math.min(connecting, interval),
				tellsSent: true,
				way: () => random() * interval * 0.01,
				answering: () => random() * slowest,
				cost: () => 1,
			});
			expect(mostInWindow(seen.starts, interval)).toBeLessThanOrEqual(amount);
			expect(mostInWindow(seen.arrivals, interval)).toBeLessThanOrEqual(amount);
		}),
		{ numRuns: 150 },
	);
});

it('allows for connecting where the transport does not tell that it has sent', async () => {
	const random = randomFrom(3);
	const budget = new RateBudget({ amount: 20, interval: SECOND });
	let sent = 0;
	const seen = await simulate({
		limits: [budget],
		requests: 400,
		gap: () => 0,
		connecting: () => (sent++ < 20 ? 150 : 0),
		tellsSent: false,
		way: () => 1,
		answering: () => random() * 30,
		cost: () => 1,
	});
	expect(mostInWindow(seen.arrivals, SECOND)).toBeLessThanOrEqual(20);
	expect(share(seen.totalCost, 20, SECOND, seen.elapsed)).toBeGreaterThan(0.95);
});

describe('taken by itself', () => {
	const ask = { origin: 'https://a.test' };
	const outcome = { kind: 'ok', latency: 0 } as const;
	const asking = (cost: number) => ({ ...ask, costs: [cost] });

	it('frees a slot one interval after the answer', () => {
		const budget = new RateBudget({ amount: 1, interval: SECOND });
		const taken = budget.take(ask, 0);
		budget.release(ask, outcome, 4, taken);
		expect(budget.availableAt(ask, 500)).toBe(1004);
		expect(budget.availableAt(ask, 1004)).toBe(1004);
	});

	/** A budget of two whose first interval is over, and the usual answer in it. */
	const warm = (latency: number) => {
		const budget = new RateBudget({ amount: 2, interval: SECOND });
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
		const budget = new RateBudget({ amount: 1, interval: SECOND });
		const taken = budget.take(ask, 0);
		budget.sent(ask, 3, taken);
		expect(budget.availableAt(ask, 4)).toBe(1510);
		budget.release(ask, outcome, 100, taken);
		expect(budget.availableAt(ask, 101)).toBe(1100);
	});

	it('keeps a slot longer when the request was late on its connection', () => {
		const budget = new RateBudget({ amount: 1, interval: SECOND });
		const taken = budget.take(ask, 0);
		expect(budget.availableAt(ask, 1)).toBe(1510);
		budget.sent(ask, 600, taken);
		expect(budget.availableAt(ask, 601)).toBe(1610);
	});

	it('counts costs, exactly also where they are fractions', () => {
		const budget = new RateBudget({ amount: 1, interval: SECOND, unit: 'rows', position: 0 });
		for (let turn = 0; turn < 10; turn++) {
			expect(budget.availableAt(asking(0.1), turn)).toBe(turn);
			budget.take(asking(0.1), turn);
		}
		expect(budget.availableAt(asking(0.000001), 10)).toBeGreaterThan(10);
		expect(budget.availableAt(asking(0), 10)).toBe(10);
	});

	it('lets a large cost in as soon as enough is free', () => {
		const budget = new RateBudget({ amount: 10, interval: SECOND, unit: 'rows', position: 0 });
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
		const budget = new RateBudget({
			amount: 90_000,
			interval: MINUTE,
			unit: 'tokens',
			position: 0,
		});
		expect(() => budget.check(asking(90_000))).not.toThrow();
		expect(() => budget.check(asking(90_001))).toThrow(
			'This request costs 90,001, which is more than the quota of 90,000 tokens a minute ever allows. Make the request smaller, or set a higher limit.',
		);
	});

	it('spread evenly, has one request follow the other, also after a pause', () => {
		const budget = new RateBudget({ amount: 10, interval: SECOND, spreadEvenly: true });
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
		expect(new RateBudget({ amount, interval, unit }).label).toBe(label);
	});

	it.each([
		[0, 1000],
		[-1, 1000],
		[NaN, 1000],
		[1, 0],
	])('is not made of %d in %d ms', (amount, interval) => {
		expect(() => new RateBudget({ amount, interval })).toThrow(RangeError);
	});
});
