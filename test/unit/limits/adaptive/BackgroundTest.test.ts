import { BackgroundTest } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/BackgroundTest.ts';
import { seededRandom } from '../../../support/servers/random.ts';

/** Refusals at a share, tested for being what is left of another share. */
function run(before: number, now: number, seed: number) {
	const random = seededRandom(seed);
	const test = new BackgroundTest(before);
	for (let answers = 1; ; answers++) {
		const isBackground = test.add(random() < now);
		if (isBackground !== undefined) return { isBackground, answers };
	}
}

const runs = (before: number, now: number) =>
	Array.from({ length: 400 }, (_, seed) => run(before, now, seed));

it.each([0.05, 0.2, 0.5])('knows a share of %d again that did not fall', (share) => {
	const right = runs(share, share).filter(({ isBackground }) => isBackground);
	expect(right.length).toBeGreaterThan(0.9 * 400);
});

it.each([0.05, 0.2, 0.5])('sees that a share of %d is gone', (share) => {
	expect(runs(share, 0).every(({ isBackground }) => !isBackground)).toBe(true);
});

it('takes the fewer answers the larger the share', () => {
	const mean = (share: number) =>
		runs(share, share).reduce((sum, { answers }) => sum + answers, 0) / 400;
	expect(mean(0.5)).toBeLessThan(8);
	expect(mean(0.05)).toBeLessThan(80);
});
