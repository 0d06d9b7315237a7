import fc from 'fast-check';

import { RefillRate } from '../../../../nodes/ConcurrentHttpRequest/limits/server/RefillRate.ts';

interface Bucket {
	/** Tokens a second. */
	readonly rate: number;
	readonly size: number;
}

/** One request at a time to an empty bucket, answered at once, for so many tokens. */
function run({ rate, size }: Bucket, tokens: number) {
	const refill = new RefillRate(size, 0, 0);
	let now = 0;
	let level = 0;
	let filledAt = 0;
	let accepted = 0;
	const refusals: number[] = [];
	const end = (1000 * tokens) / rate;
	const refuse = () => {
		refusals.push(now);
		// Whole seconds, as Retry-After has them.
		const wait = 1000 * Math.ceil((1 - level) / rate);
		expect(refill.refuse(now, now + wait, wait)).toBe(true);
	};
	refuse();
	while (now < end) {
		now = Math.max(now, refill.availableAt());
		level = Math.min(size, level + ((now - filledAt) / 1000) * rate);
		filledAt = now;
		refill.take(now);
		if (level < 1) refuse();
		else {
			level--;
			accepted++;
			refill.accept(now);
		}
	}
	return { accepted, refusals };
}

const buckets = fc.record({
	rate: fc.double({ min: 0.05, max: 5, noNaN: true }),
	size: fc.integer({ min: 20, max: 1000 }),
});

it('uses what comes back, with few refusals', () => {
	fc.assert(
		fc.property(buckets, (bucket) => {
			const { accepted, refusals } = run(bucket, 2000);
			expect(accepted).toBeGreaterThan(2000 * 0.985);
			expect(refusals.length).toBeLessThanOrEqual(10);
		}),
	);
});

it('is refused less and less often', () => {
	const { refusals } = run({ rate: 100 / 60, size: 100 }, 20_000);
	const gaps = refusals.slice(1).map((time, index) => time - refusals[index]!);
	for (const [index, gap] of gaps.slice(2).entries()) {
		expect(gap).toBeGreaterThan(2 * gaps[index + 1]!);
	}
});

it('follows a rate that has fallen', () => {
	const refill = new RefillRate(100, 0, 0);
	refill.refuse(0, 1000, 1000);
	for (let now = 1000; now <= 100_000; now += 1000) refill.accept(now);
	refill.refuse(100_500, 101_500, 1000);
	expect(refill.interval).toBeLessThan(1100);
	// From now on there is a token every four seconds.
	refill.accept(102_000);
	refill.refuse(103_000, 107_000, 4000);
	expect(refill.interval).toBe(4000);
	expect(refill.availableAt()).toBe(107_000);
});

it('keeps a pace where the server asks to wait for 0 s', () => {
	const refill = new RefillRate(10, 20, 0);
	expect(refill.refuse(40, 60, 0)).toBe(true);
	refill.take(60);
	expect(refill.availableAt()).toBe(80);
});

it('rejects a server that asks for a longer wait than a few tokens take', () => {
	const refill = new RefillRate(100, 0, 2);
	expect(refill.refuse(1500, 2500, 1000)).toBe(true);
	for (let now = 2500; now <= 20_000; now += 1000) refill.accept(now);
	expect(refill.refuse(20_500, 60_500, 40_000)).toBe(false);
});
