import fc from 'fast-check';

import { ServerLimits } from '../../../../nodes/ConcurrentHttpRequest/limits/server/ServerLimits.ts';

const ask = { origin: 'https://a.example.com' };

/** A request, from its start. */
function begin(limits: ServerLimits, now: number) {
	const taken = limits.take(ask, now);
	return (
		remaining: number | undefined,
		resetAt: number | undefined,
		at: number,
		limit?: number,
	) => {
		const rateLimit = {
			...(remaining !== undefined && { remaining }),
			...(resetAt !== undefined && { resetAt }),
			...(limit !== undefined && { limit }),
		};
		limits.release(ask, { kind: 'ok', latency: at - now, status: 200, rateLimit }, at, taken);
	};
}

it('admits everything as long as the server says nothing', () => {
	const limits = new ServerLimits();
	for (let i = 0; i < 100; i++) begin(limits, 0);
	expect(limits.availableAt(ask, 0)).toBe(0);
});

it('counts its own requests in flight against what remains', () => {
	const limits = new ServerLimits();
	const first = begin(limits, 0);
	begin(limits, 0);
	begin(limits, 0);
	// Three remain, and two that are under way may not be among those counted.
	first(3, 1000, 50);
	expect(limits.availableAt(ask, 50)).toBe(50);
	begin(limits, 50);
	expect(limits.availableAt(ask, 50)).toBe(1000);
	expect(limits.availableAt({ origin: 'https://b.example.com' }, 50)).toBe(50);
});

it('gives back the limit at the reset, or one request where the limit is not known', () => {
	for (const limit of [5, undefined]) {
		const limits = new ServerLimits();
		begin(limits, 0)(0, 1000, 50, limit);
		expect(limits.availableAt(ask, 999)).toBe(1000);
		let started = 0;
		while (limits.availableAt(ask, 1000) <= 1000 && started < 10) {
			begin(limits, 1000);
			started++;
		}
		expect(started).toBe(limit ?? 1);
	}
});

it('keeps a quota of tokens apart from that of requests', () => {
	const limits = new ServerLimits();
	begin(limits, 0)(14_370, 179_560, 50, 14_400);
	const late = begin(limits, 60);
	// The tokens are used up, which is told without a number of requests.
	begin(limits, 60)(0, 7770, 110);
	expect(limits.availableAt(ask, 111)).toBeGreaterThan(111);
	late(14_369, 179_560, 120, 14_400);
	expect(limits.availableAt(ask, 121)).toBe(7770);
	// One request asks whether there are tokens again. The next response does not speak of them.
	expect(limits.availableAt(ask, 7770)).toBe(7770);
	const first = begin(limits, 7770);
	expect(limits.availableAt(ask, 7771)).toBeGreaterThan(7771);
	first(14_368, 179_560, 7800, 14_400);
	for (let i = 0; i < 10; i++) begin(limits, 7801);
	expect(limits.availableAt(ask, 7801)).toBe(7801);
});

it('holds nothing back when the server no longer tells', () => {
	const limits = new ServerLimits();
	begin(limits, 0)(0, 1000, 50);
	expect(limits.availableAt(ask, 1000)).toBe(1000);
	begin(limits, 1000)(undefined, undefined, 1050);
	for (let i = 0; i < 10; i++) begin(limits, 1100);
	expect(limits.availableAt(ask, 1100)).toBe(1100);
});

it('does not wait for a request that takes long', () => {
	const limits = new ServerLimits();
	begin(limits, 0);
	begin(limits, 0)(0, 3000, 50);
	expect(limits.availableAt(ask, 100)).toBe(2000);
	expect(limits.availableAt(ask, 2000)).toBe(3000);
	// The one that asks after the reset takes long as well.
	expect(limits.availableAt(ask, 3000)).toBe(3000);
	begin(limits, 3000);
	expect(limits.availableAt(ask, 3001)).toBe(5000);
	expect(limits.availableAt(ask, 5000)).toBe(5000);
});

it('counts a request that takes long, or has failed, against what remains', () => {
	const limits = new ServerLimits();
	begin(limits, 0);
	const failed = begin(limits, 0);
	begin(limits, 0)(2, 60_000, 50);
	failed(undefined, undefined, 60);
	// Both may have been counted after the third, whose response says that two were left.
	expect(limits.availableAt(ask, 70)).toBe(2000);
	expect(limits.availableAt(ask, 2000)).toBe(60_000);
});

it('never starts more than the server has, in whatever order requests are counted and responses come', () => {
	const choice = fc.constantFrom('start', 'count', 'answer');
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 20 }),
			fc.array(fc.tuple(choice, fc.nat(50)), { minLength: 20, maxLength: 200, size: 'max' }),
			(limit, steps) => {
				const limits = new ServerLimits();
				let left = limit;
				const flying: Array<ReturnType<typeof begin>> = [];
				const counted: Array<{ end: ReturnType<typeof begin>; remaining: number }> = [];
				let hasAnswered = false;
				let now = 0;
				for (const [what, pick] of steps) {
					now++;
					// Nobody can know before the first answer.
					const mayStart = hasAnswered || flying.length + counted.length === 0;
					if (what === 'start' && mayStart && limits.availableAt(ask, now) <= now) {
						flying.push(begin(limits, now));
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
				for (; limits.availableAt(ask, now) <= now && left > -1; left--) {
					begin(limits, now)(left - 1, 100_000, now);
				}
				expect(left).toBe(0);
			},
		),
		{ numRuns: 1000 },
	);
});
