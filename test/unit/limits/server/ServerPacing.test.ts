import fc from 'fast-check';

import { ServerPacing } from '../../../../nodes/ConcurrentHttpRequest/limits/server/ServerPacing.ts';

const ask = { origin: 'https://a.example.com' };

/** A request, from its start. */
function begin(pacing: ServerPacing, now: number) {
	const taken = pacing.take(ask, now);
	return (
		remaining: number | undefined,
		resetAt: number | undefined,
		at: number,
		limit?: number,
	) => {
		const word = {
			...(remaining !== undefined && { remaining }),
			...(resetAt !== undefined && { resetAt }),
			...(limit !== undefined && { limit }),
		};
		pacing.release(ask, { kind: 'ok', latency: at - now, status: 200, word }, at, taken);
	};
}

it('admits everything as long as the server says nothing', () => {
	const pacing = new ServerPacing();
	for (let i = 0; i < 100; i++) begin(pacing, 0);
	expect(pacing.availableAt(ask, 0)).toBe(0);
});

it('counts its own requests in flight against what remains', () => {
	const pacing = new ServerPacing();
	const first = begin(pacing, 0);
	begin(pacing, 0);
	begin(pacing, 0);
	// Three remain, and two that are under way may not be among those counted.
	first(3, 1000, 50);
	expect(pacing.availableAt(ask, 50)).toBe(50);
	begin(pacing, 50);
	expect(pacing.availableAt(ask, 50)).toBe(1000);
	expect(pacing.availableAt({ origin: 'https://b.example.com' }, 50)).toBe(50);
});

it('gives back the limit at the reset, or one request where the limit is not known', () => {
	for (const limit of [5, undefined]) {
		const pacing = new ServerPacing();
		begin(pacing, 0)(0, 1000, 50, limit);
		expect(pacing.availableAt(ask, 999)).toBe(1000);
		let started = 0;
		while (pacing.availableAt(ask, 1000) <= 1000 && started < 10) {
			begin(pacing, 1000);
			started++;
		}
		expect(started).toBe(limit ?? 1);
	}
});

it('holds nothing back when the server no longer tells', () => {
	const pacing = new ServerPacing();
	begin(pacing, 0)(0, 1000, 50);
	expect(pacing.availableAt(ask, 1000)).toBe(1000);
	begin(pacing, 1000)(undefined, undefined, 1050);
	for (let i = 0; i < 10; i++) begin(pacing, 1100);
	expect(pacing.availableAt(ask, 1100)).toBe(1100);
});

it('does not wait for a request that takes long', () => {
	const pacing = new ServerPacing();
	begin(pacing, 0);
	begin(pacing, 0)(0, 3000, 50);
	expect(pacing.availableAt(ask, 100)).toBe(2000);
	expect(pacing.availableAt(ask, 2000)).toBe(3000);
	// The one that asks after the reset takes long as well.
	expect(pacing.availableAt(ask, 3000)).toBe(3000);
	begin(pacing, 3000);
	expect(pacing.availableAt(ask, 3001)).toBe(5000);
	expect(pacing.availableAt(ask, 5000)).toBe(5000);
});

it('counts a request that takes long, or has failed, against what remains', () => {
	const pacing = new ServerPacing();
	begin(pacing, 0);
	const failed = begin(pacing, 0);
	begin(pacing, 0)(2, 60_000, 50);
	failed(undefined, undefined, 60);
	// Both may have been counted after the third, whose response says that two were left.
	expect(pacing.availableAt(ask, 70)).toBe(2000);
	expect(pacing.availableAt(ask, 2000)).toBe(60_000);
});

it('never starts more than the server has, in whatever order requests are counted and answered', () => {
	const choice = fc.constantFrom('start', 'count', 'answer');
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 20 }),
			fc.array(fc.tuple(choice, fc.nat(50)), { minLength: 20, maxLength: 200 }),
			(limit, steps) => {
				const pacing = new ServerPacing();
				let left = limit;
				const flying: Array<ReturnType<typeof begin>> = [];
				const counted: Array<{ end: ReturnType<typeof begin>; remaining: number }> = [];
				let hasAnswered = false;
				let now = 0;
				for (const [what, pick] of steps) {
					now++;
					// Nobody can know before the first answer.
					const mayStart = hasAnswered || flying.length + counted.length === 0;
					if (what === 'start' && mayStart && pacing.availableAt(ask, now) <= now) {
						flying.push(begin(pacing, now));
					} else if (what === 'count' && flying.length > 0) {
						const [end] = flying.splice(pick % flying.length, 1);
						expect(left).toBeGreaterThan(0);
						left--;
						counted.push({ end: end!, remaining: left });
					} else if (what === 'answer' && counted.length > 0) {
						const [each] = counted.splice(pick % counted.length, 1);
						each!.end(each!.remaining, 100_000, now);
						hasAnswered = true;
					}
				}
				// What is left is used up in the end.
				for (const end of flying) counted.push({ end, remaining: --left });
				for (const { end, remaining } of counted) end(remaining, 100_000, now);
				for (; pacing.availableAt(ask, now) <= now && left > -1; left--) {
					begin(pacing, now)(left - 1, 100_000, now);
				}
				expect(left).toBe(0);
			},
		),
		{ numRuns: 1000 },
	);
});
