import { AdaptiveLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/AdaptiveLimit.ts';
import type {
	ConcurrencyAlgorithm,
	Sample,
} from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/ConcurrencyAlgorithm.ts';
import { describeSettled } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/describeSettled.ts';

class GivenAlgorithm implements ConcurrencyAlgorithm {
	limit = 2;
	minInterval = 0;
	settled = 2;
	readonly samples: Sample[] = [];
	onSample = () => {};

	sample(sample: Sample): void {
		this.samples.push(sample);
		this.onSample();
	}
}

const one = { origin: 'https://one.example' };
const other = { origin: 'https://other.example:8443' };

function setUp() {
	const algorithms: GivenAlgorithm[] = [];
	const limit = new AdaptiveLimit({
		algorithm: () => {
			const algorithm = new GivenAlgorithm();
			algorithms.push(algorithm);
			return algorithm;
		},
		loopDelay: () => 7,
	});
	limit.availableAt(one, 0);
	return { limit, algorithms, algorithm: algorithms[0]! };
}

it('admits what the algorithm allows, and no more until one ends', () => {
	const { limit } = setUp();
	for (let count = 0; count < 2; count++) {
		expect(limit.availableAt(one, 10)).toBe(10);
		limit.take(one, 10);
	}
	expect(limit.availableAt(one, 10)).toBe(Infinity);
	limit.release(one, { kind: 'ok', latency: 5 }, 15);
	expect(limit.availableAt(one, 15)).toBe(15);
});

it('has an algorithm for each origin', () => {
	const { limit, algorithms } = setUp();
	limit.take(one, 0);
	limit.take(one, 0);
	expect(limit.availableAt(other, 0)).toBe(0);
	expect(algorithms).toHaveLength(2);
	expect(limit.settled()).toEqual([
		{ ...one, limit: 2 },
		{ ...other, limit: 2 },
	]);
});

it('tells the algorithm how each request ended, but for those that we cancelled', () => {
	const { limit, algorithm } = setUp();
	limit.take(one, 0);
	limit.take(one, 0);
	limit.release(one, { kind: 'cancelled', latency: 3 }, 3);
	limit.release(one, { kind: 'overloaded', latency: 8 }, 8);
	expect(algorithm.samples).toEqual([
		{ now: 8, latency: 8, inFlight: 1, kind: 'overloaded', loopDelay: 7 },
	]);
});

it('keeps the interval between starts, also when they are late', () => {
	const { limit, algorithm } = setUp();
	algorithm.limit = 100;
	algorithm.minInterval = 20;
	let now = 0;
	for (let count = 0; count < 50; count++) {
		now = Math.max(now, limit.availableAt(one, now)) + (count % 3);
		limit.take(one, now);
	}
	// 49 intervals of 20 ms: late starts are made up for, and it is never ahead by more than 20 ms.
	expect(now).toBeGreaterThanOrEqual(49 * 20 - 20);
	expect(now).toBeLessThanOrEqual(49 * 20 + 5);
});

it('says when a request may start earlier than was said', () => {
	const { limit, algorithm } = setUp();
	let changes = 0;
	limit.onChange(() => void changes++);
	const release = () => {
		limit.take(one, 0);
		limit.release(one, { kind: 'ok', latency: 1 }, 1);
	};
	release();
	expect(changes).toBe(0);
	algorithm.onSample = () => algorithm.limit++;
	release();
	expect(changes).toBe(1);
	algorithm.onSample = () => algorithm.limit--;
	release();
	expect(changes).toBe(1);
});

it.each([
	[[], undefined],
	[[{ ...one, limit: 34 }], 'concurrency settled at 34'],
	[[{ ...one, limit: 34, ratePerSecond: 47.6 }], 'concurrency settled at 48 requests/s'],
	[
		[
			{ ...one, limit: 34 },
			{ ...other, limit: 1 },
		],
		'concurrency settled at 34 (one.example), 1 (other.example:8443)',
	],
	[
		Array.from({ length: 5 }, () => ({ ...one, limit: 2 })),
		'concurrency settled at 2 (one.example), 2 (one.example), 2 (one.example), and 2 other hosts',
	],
])('puts it in words: %j', (limits, text) => {
	expect(describeSettled(limits)).toBe(text);
});
