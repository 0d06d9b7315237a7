import fc from 'fast-check';

import { SlidingSum } from '../../../nodes/ConcurrentHttpRequest/common/SlidingSum.ts';

it('adds up what is young enough, whatever the times', () => {
	const step = fc.record({ gap: fc.nat(2500), amount: fc.integer({ min: -5, max: 5 }) });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
			const sum = new SlidingSum(1000);
			const added: Array<{ at: number; amount: number }> = [];
			let now = 12_345;
			for (const { gap, amount } of steps) {
				now += gap;
				sum.add(amount, now);
				added.push({ at: now, amount });
				const slice = (time: number) => Math.floor(time / 100);
				const young = added.filter(({ at }) => slice(at) > slice(now) - 10);
				expect(sum.at(now)).toBe(young.reduce((total, each) => total + each.amount, 0));
			}
			sum.clear();
			expect(sum.at(now)).toBe(0);
		}),
		{ numRuns: 50 },
	);
});
