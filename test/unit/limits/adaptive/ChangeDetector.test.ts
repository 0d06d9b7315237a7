import { ChangeDetector } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/ChangeDetector.ts';
import { LatencyEstimate } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/LatencyEstimate.ts';
import { exponential, seededRandom } from '../../../support/servers/random.ts';

/** Rounds of so many latencies each, until a change is seen. */
function watch(seed: number, latencyOf: (round: number) => number, rounds: number) {
	const random = seededRandom(seed);
	const detector = new ChangeDetector();
	for (let index = 0; index < rounds; index++) {
		const round = new LatencyEstimate();
		for (let count = 0; count < 32; count++) round.add(exponential(latencyOf(index), random), 1);
		const change = detector.add(round);
		if (change) return { change, index };
	}
	return undefined;
}

const seeds = Array.from({ length: 50 }, (_, index) => index + 1);

it('takes no chance for a change, however long it looks', () => {
	const alarms = seeds.filter((seed) => watch(seed, () => 50, 500));
	// 25,000 rounds in all, of which one in 100,000 may be taken for a change.
	expect(alarms.length).toBeLessThanOrEqual(1);
});

it.each([
	[100, false, 6],
	[25, true, 6],
	[75, false, 16],
	[33, true, 16],
])('sees a change from 50 ms to %i ms', (after, isLower, withinRounds) => {
	const delays = seeds.map((seed) => {
		const found = watch(seed, (round) => (round < 100 ? 50 : after), 400);
		expect(found?.change.isLower).toBe(isLower);
		return found!.index - 100;
	});
	delays.sort((one, other) => one - other);
	expect(delays[0]).toBeGreaterThanOrEqual(0);
	expect(delays[25]).toBeLessThanOrEqual(withinRounds);
});

it('says what latency is since the change', () => {
	const found = watch(7, (round) => (round < 100 ? 50 : 200), 200);
	expect(found?.change.latency.mean).toBeGreaterThan(150);
	expect(found?.change.latency.mean).toBeLessThan(250);
});
