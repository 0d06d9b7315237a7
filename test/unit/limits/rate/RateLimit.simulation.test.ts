import fc from 'fast-check';

import { RateLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit';
import { heavyTailed, TIMEOUT } from '../../../support/heavyTail';
import { seededRandom } from '../../../support/servers/random';
import { mostInWindow } from '../../../support/slidingWindow';
import { simulate, type Traffic } from './simulate';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Answers after 5 to 50 ms on open connections, and says when it has sent. */
function steady(interval: number): Omit<Traffic, 'limits' | 'requests'> {
	const random = seededRandom(interval);
	return {
		gap: () => 0,
		connecting: () => 0,
		tellsSent: true,
		way: () => random() * Math.min(2, interval / 100),
		responding: () => 3 + random() * 45,
		cost: () => 1,
	};
}

/** The share that was used of what the limit allows beyond its first filling. */
const share = (used: number, amount: number, interval: number, elapsed: number): number =>
	(used - amount) / ((amount * elapsed) / interval);

describe('over 300,000 admissions in all', () => {
	const cases: Array<[name: string, amount: number, interval: number, spread: boolean]> = [
		['500 a minute', 500, MINUTE, false],
		['100 a second', 100, SECOND, false],
		['1,000 a second, evenly', 1000, SECOND, true],
		['10 in 7 ms', 10, 7, false],
		['10,000 a day', 10_000, 24 * 60 * MINUTE, false],
	];

	test.each(cases)(
		'no window holds more than %s, also at the server, and 99 %% is used',
		async (_, amount, interval, spreadEvenly) => {
			const limit = new RateLimit({ amount, interval, spreadEvenly });
			const seen = await simulate({ ...steady(interval), limits: [limit], requests: 50_000 });
			expect(seen.starts).toHaveLength(50_000);
			expect(mostInWindow(seen.starts, interval)).toBeLessThanOrEqual(amount);
			expect(mostInWindow(seen.arrivals, interval)).toBeLessThanOrEqual(amount);
			const filling = spreadEvenly ? 0 : amount;
			expect(share(seen.totalCost, filling, interval, seen.elapsed)).toBeGreaterThan(0.99);
		},
	);

	test('the same holds with latencies that have a heavy tail, and 98.5 % is used', async () => {
		const random = seededRandom(11);
		const amount = 100;
		const seen = await simulate({
			...steady(SECOND),
			limits: [new RateLimit({ amount, interval: SECOND })],
			requests: 20_000,
			responding: () => Math.min(TIMEOUT, heavyTailed(random())),
		});
		expect(mostInWindow(seen.starts, SECOND)).toBeLessThanOrEqual(amount);
		expect(mostInWindow(seen.arrivals, SECOND)).toBeLessThanOrEqual(amount);
		expect(share(seen.totalCost, amount, SECOND, seen.elapsed)).toBeGreaterThan(0.985);
	});

	test('the same holds with random arrivals, costs and connections that are slow to open', async () => {
		const random = seededRandom(7);
		const tokens = 2000;
		const hourly = 60_000;
		const rateLimits = [
			new RateLimit({ amount: 50, interval: SECOND }),
			new RateLimit({ amount: tokens, interval: MINUTE, unit: 'tokens', costIndex: 0 }),
			new RateLimit({ amount: hourly, interval: 60 * MINUTE }),
		];
		const seen = await simulate({
			limits: rateLimits,
			requests: 100_000,
			gap: () => (random() < 0.1 ? random() * 400 : 0),
			connecting: () => (random() < 0.02 ? 40 + random() * 160 : 0),
			tellsSent: true,
			way: () => random() * 10,
			responding: () => random() * 500,
			cost: () => Math.round(random() * 20) / 10,
		});
		const counted = seen.arrivals.map(({ time }) => ({ time, cost: 1 }));
		expect(mostInWindow(counted, SECOND)).toBeLessThanOrEqual(50);
		expect(mostInWindow(seen.arrivals, MINUTE)).toBeLessThanOrEqual(tokens + 1e-6);
		expect(mostInWindow(seen.starts, MINUTE)).toBeLessThanOrEqual(tokens + 1e-6);
		expect(mostInWindow(counted, 60 * MINUTE)).toBeLessThanOrEqual(hourly);
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
			const random = seededRandom(seed);
			const limit = new RateLimit({ amount, interval, spreadEvenly });
			const seen = await simulate({
				limits: [limit],
				requests: 80,
				gap: () => (random() < 0.5 ? 0 : random() * gap),
				// A request that has not been sent an interval after its admission is on its own.
				connecting: () => random() * Math.min(connecting, interval),
				tellsSent: true,
				way: () => random() * interval * 0.01,
				responding: () => random() * slowest,
				cost: () => 1,
			});
			expect(mostInWindow(seen.starts, interval)).toBeLessThanOrEqual(amount);
			expect(mostInWindow(seen.arrivals, interval)).toBeLessThanOrEqual(amount);
		}),
		{ numRuns: 150 },
	);
});

describe('at a server that notes arrivals up to 100 ms late', () => {
	const LATEST = 100;

	async function mostNoted(safetyMargin: number) {
		const random = seededRandom(5);
		const limit = new RateLimit({ amount: 100, interval: SECOND, safetyMargin });
		const seen = await simulate({ ...steady(SECOND), limits: [limit], requests: 20_000 });
		const noted = seen.arrivals.map(({ time, cost }) => ({ time: time + random() * LATEST, cost }));
		return {
			most: mostInWindow(noted, SECOND),
			share: share(seen.totalCost, 100, SECOND, seen.elapsed),
		};
	}

	test('a limit by the second is exceeded without a safety margin', async () => {
		expect((await mostNoted(0)).most).toBeGreaterThan(100);
	});

	test('a safety margin of 100 ms keeps it, and costs 9 % of the rate', async () => {
		const { most, share: used } = await mostNoted(LATEST);
		expect(most).toBeLessThanOrEqual(100);
		expect(used).toBeGreaterThan(0.9);
	});
});

it('allows for connecting where the transport does not tell that it has sent', async () => {
	const random = seededRandom(3);
	const limit = new RateLimit({ amount: 20, interval: SECOND });
	let sent = 0;
	const seen = await simulate({
		limits: [limit],
		requests: 400,
		gap: () => 0,
		connecting: () => (sent++ < 20 ? 150 : 0),
		tellsSent: false,
		way: () => 1,
		responding: () => random() * 30,
		cost: () => 1,
	});
	expect(mostInWindow(seen.arrivals, SECOND)).toBeLessThanOrEqual(20);
	expect(share(seen.totalCost, 20, SECOND, seen.elapsed)).toBeGreaterThan(0.95);
});
