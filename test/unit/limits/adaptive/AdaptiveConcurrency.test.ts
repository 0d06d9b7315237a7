import fc from 'fast-check';

import { AdaptiveConcurrency } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/AdaptiveConcurrency.ts';
import { EventLoopMeter } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/EventLoopMeter.ts';
import { SimulationClock } from '../../../support/servers/SimulationClock.ts';

/** Lets so many requests end, one a millisecond, at the algorithm's own limit. */
let now = 0;
function feed(
	algorithm: AdaptiveConcurrency,
	count: number,
	sample: { latency?: number; loopDelay?: number; kind?: 'ok' | 'overloaded' | 'failed' } = {},
): void {
	for (let index = 0; index < count; index++) {
		algorithm.sample({
			now: now++,
			latency: 50,
			kind: 'ok',
			loopDelay: 0,
			inFlight: algorithm.limit,
			...sample,
		});
	}
}

it('starts with one request, and doubles while that pays', () => {
	const algorithm = new AdaptiveConcurrency(100);
	expect(algorithm.limit).toBe(1);
	const seen = new Set<number>();
	for (let index = 0; index < 1000; index++) {
		feed(algorithm, 1);
		seen.add(algorithm.settled);
	}
	expect([...seen]).toEqual([1, 2, 4, 8, 16, 32, 64, 100]);
});

it('does not grow while our own event loop is behind', () => {
	const algorithm = new AdaptiveConcurrency(100);
	feed(algorithm, 30);
	const { settled } = algorithm;
	expect(settled).toBeLessThan(10);
	feed(algorithm, 2000, { loopDelay: 80 });
	expect(algorithm.settled).toBeLessThanOrEqual(settled);
	feed(algorithm, 5000);
	expect(algorithm.settled).toBeGreaterThan(settled);
});

it('gives up the slots that were refused', () => {
	const algorithm = new AdaptiveConcurrency(100);
	feed(algorithm, 1000);
	const before = algorithm.settled;
	feed(algorithm, 10, { kind: 'overloaded', latency: 2 });
	expect(algorithm.limit).toBeLessThanOrEqual(before - 10);
});

it('paces what even a single request in flight is refused for', () => {
	const algorithm = new AdaptiveConcurrency(100);
	expect(algorithm.minInterval).toBe(0);
	for (let index = 0; index < 500; index++) {
		feed(algorithm, 1, { kind: index % 10 === 0 ? 'ok' : 'overloaded' });
	}
	expect(algorithm.minInterval).toBeGreaterThan(50);
	expect(algorithm.minInterval).toBeLessThanOrEqual(1000);
});

it('takes a failure that is no refusal for an answer', () => {
	const algorithm = new AdaptiveConcurrency(64);
	feed(algorithm, 1000, { kind: 'failed' });
	expect(algorithm.settled).toBe(64);
	expect(algorithm.minInterval).toBe(0);
});

it('stays within its bounds, whatever happens', () => {
	const samples = fc.array(
		fc.record({
			latency: fc.double({ min: 0, max: 1e6, noNaN: true }),
			inFlight: fc.integer({ min: 1, max: 60 }),
			kind: fc.constantFrom('ok', 'ok', 'overloaded', 'failed'),
			loopDelay: fc.double({ min: 0, max: 500, noNaN: true }),
			repeated: fc.integer({ min: 1, max: 80 }),
		}),
		{ maxLength: 60 },
	);
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 50 }), samples, (max, ended) => {
			const algorithm = new AdaptiveConcurrency(max);
			let now = 0;
			for (const { repeated, ...sample } of ended) {
				for (let count = 0; count < repeated; count++) {
					algorithm.sample({ now: (now += 3), ...sample });
					for (const limit of [algorithm.limit, algorithm.settled]) {
						expect(Number.isInteger(limit) && limit >= 1 && limit <= max).toBe(true);
					}
					expect(algorithm.minInterval).toBeGreaterThanOrEqual(0);
					expect(algorithm.minInterval).toBeLessThanOrEqual(1000);
				}
			}
		}),
	);
});

it('measures how late timers are', () => {
	const clock = new SimulationClock();
	let lateness = 0;
	const late = {
		now: () => clock.now(),
		at: (time: number, callback: () => void) => clock.at(time + lateness, callback),
	};
	const meter = new EventLoopMeter(late);
	expect(meter.delay).toBe(0);
	meter.start();
	clock.runUntil(1000);
	expect(meter.delay).toBe(0);
	lateness = 80;
	clock.runUntil(10_000);
	expect(meter.delay).toBeGreaterThan(75);
	lateness = 0;
	clock.runUntil(20_000);
	expect(meter.delay).toBeLessThan(1);
	meter.stop();
	clock.runUntil(30_000);
	expect(meter.delay).toBe(0);
});
