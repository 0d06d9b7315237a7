import fc from 'fast-check';

import { AdaptiveConcurrency } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/AdaptiveConcurrency.ts';

/** Lets so many requests end, one a millisecond, at the algorithm's own limit. */
let now = 0;
function feed(
	algorithm: AdaptiveConcurrency,
	count: number,
	sample: { latency?: number; inFlight?: number; isRefused?: boolean } = {},
): void {
	for (let index = 0; index < count; index++) {
		const { latency = 50, inFlight = algorithm.limit, isRefused = false } = sample;
		algorithm.sample(isRefused, latency, inFlight, now++);
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
	expect([...seen]).toEqual([2, 4, 8, 16, 32, 64, 100]);
});

it('does not grow while fewer requests are in flight than it allows', () => {
	const algorithm = new AdaptiveConcurrency(100);
	feed(algorithm, 30);
	const { settled } = algorithm;
	expect(settled).toBeLessThan(20);
	feed(algorithm, 2000, { inFlight: 2 });
	expect(algorithm.settled).toBe(settled);
});

it('backs off further with each refusal of what was started since the last', () => {
	const algorithm = new AdaptiveConcurrency(64);
	feed(algorithm, 400);
	const before = algorithm.limit;
	const shares: number[] = [];
	for (let refusal = 0; refusal < 8; refusal++) {
		now += 10;
		feed(algorithm, 1, { isRefused: true, latency: 2 });
		shares.push(algorithm.limit / before);
	}
	// Three of the first refusals may be chance.
	expect(shares.slice(0, 3)).toEqual([1, 1, 1]);
	for (const [index, share] of [0.96, 0.88, 0.74, 0.5, 0.25].entries()) {
		expect(shares[3 + index]).toBeCloseTo(share, 1);
	}
});

it('asks a server that refuses everything once a second, and recovers when it does', () => {
	const algorithm = new AdaptiveConcurrency(100);
	feed(algorithm, 1000);
	expect(algorithm.interval).toBe(0);
	for (let refusal = 0; refusal < 100; refusal++) {
		now += 10;
		feed(algorithm, 1, { isRefused: true, latency: 2 });
	}
	expect(algorithm.limit).toBe(1);
	expect(algorithm.interval).toBe(1000);
	let requests = 0;
	for (; algorithm.settled < 50; requests++) {
		now += 60;
		feed(algorithm, 1);
	}
	expect(algorithm.interval).toBe(0);
	expect(requests).toBeLessThan(400);
});

it('stays within its bounds, whatever happens', () => {
	const samples = fc.array(
		fc.record({
			latency: fc.double({ min: 0, max: 1e6, noNaN: true }),
			inFlight: fc.integer({ min: 1, max: 60 }),
			isRefused: fc.boolean(),
			repeated: fc.integer({ min: 1, max: 80 }),
		}),
		{ maxLength: 60, size: 'max' },
	);
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 50 }), samples, (max, ended) => {
			const algorithm = new AdaptiveConcurrency(max);
			let time = 0;
			for (const { repeated, latency, inFlight, isRefused } of ended) {
				for (let count = 0; count < repeated; count++) {
					algorithm.sample(isRefused, latency, inFlight, (time += 3));
					const { limit, settled, interval } = algorithm;
					const isWithin = [limit, settled].every((each) => each >= 1 && each <= max);
					const isWhole = Number.isInteger(limit) && Number.isInteger(settled);
					// Some 100,000 times: `expect` would take most of a minute.
					if (isWithin && isWhole && interval >= 0 && interval <= 1000) continue;
					throw new Error(`limit ${limit}, settled ${settled}, interval ${interval}`);
				}
			}
		}),
	);
});
