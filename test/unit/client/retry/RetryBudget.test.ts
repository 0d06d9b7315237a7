import fc from 'fast-check';

import { RetryBudget } from '../../../../nodes/ConcurrentHttpRequest/client/retry/RetryBudget.ts';

const budget = (share: number, minimumPerSecond: number) =>
	new RetryBudget({ share, minimumPerSecond, timeToLive: 10_000 });

it('allows one retry for five requests', () => {
	const each = budget(0.2, 0);
	expect(each.withdraw(0)).toBe(false);
	for (let i = 0; i < 5; i++) each.deposit(0);
	expect(each.withdraw(0)).toBe(true);
	expect(each.withdraw(0)).toBe(false);
});

it('always allows the minimum', () => {
	const each = budget(0, 2);
	const allowed = Array.from({ length: 50 }, () => each.withdraw(0)).filter(Boolean);
	expect(allowed).toHaveLength(20);
	expect(each.withdraw(5000)).toBe(false);
	expect(each.withdraw(10_000)).toBe(true);
});

it('forgets requests after their time', () => {
	const each = budget(1, 0);
	each.deposit(500);
	expect(each.balance(10_400)).toBe(0);
	each.deposit(20_000);
	expect(each.balance(29_900)).toBe(1);
	expect(each.balance(500_000)).toBe(0);
});

it('keeps retries to the share and the minimum, whatever happens', () => {
	const step = fc.record({ gap: fc.nat(300), isRetry: fc.boolean() });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
			const each = budget(0.2, 1);
			let now = 0;
			const deposits: number[] = [];
			const retries: number[] = [];
			for (const { gap, isRetry } of steps) {
				now += gap;
				if (!isRetry) {
					each.deposit(now);
					deposits.push(now);
					continue;
				}
				if (!each.withdraw(now)) continue;
				retries.push(now);
				// Slices of a second: what has left is between nine and ten seconds old.
				const recent = (times: number[], age: number) => times.filter((t) => t > now - age).length;
				const allowed = 10 + 0.2 * recent(deposits, 10_000);
				expect(recent(retries, 9000)).toBeLessThanOrEqual(allowed + 1e-6);
			}
		}),
	);
});
