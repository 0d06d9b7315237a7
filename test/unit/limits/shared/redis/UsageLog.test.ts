import fc from 'fast-check';

import { UsageLog } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/UsageLog';

const OK = { kind: 'ok', latency: 20 } as const;

const INTERVAL = 1_000;

it('counts a usage from its start until an interval after its end', () => {
	const log = new UsageLog(INTERVAL);
	const usage = log.take(3, 100);
	expect(log.total(150)).toBe(3);
	usage.ended(OK, 200);
	expect(log.total(1_199)).toBe(3);
	expect(log.total(1_200)).toBe(0);
});

it('counts a usage without an end until an interval after it has certainly arrived', () => {
	const log = new UsageLog(INTERVAL);
	log.take(1, 0);
	// 1 % of the interval, and half of it because everything is cold.
	expect(log.arrivals.latest).toBe(510);
	expect(log.total(1_509)).toBe(1);
	expect(log.total(1_510)).toBe(0);
});

it('needs only a margin after a request was sent, once all connections are warm', () => {
	const log = new UsageLog(INTERVAL);
	log.take(1, 0).ended(OK, 5);
	const usage = log.take(1, 1_100);
	usage.sent(1_102);
	expect(log.total(2_111)).toBe(1);
	expect(log.total(2_112)).toBe(0);
});

it('does not trust the margin while connections are cold', () => {
	const log = new UsageLog(INTERVAL);
	log.take(1, 0).sent(1);
	expect(log.open(509)).toBe(1);
	expect(log.open(510)).toBe(0);
});

it('reports what is closed, until Redis has it, and again when Redis has lost it', () => {
	const log = new UsageLog(INTERVAL);
	const [first, second] = [log.take(1, 0), log.take(2, 0)];
	first.ended(OK, 10);
	expect(log.unreported(20)).toEqual([[1, 1, 10]]);
	log.acknowledge([[1, 1, 10]]);
	expect(log.unreported(20)).toEqual([]);
	second.ended(OK, 12);
	expect(log.unreported(20)).toEqual([[1, 3, 8]]);
	log.acknowledge([[1, 3, 8]]);
	log.forgetReports();
	expect(log.unreported(30)).toEqual([[1, 3, 18]]);
	// An amount that was reported before it grew is not the whole.
	log.take(1, 13).ended(OK, 14);
	log.acknowledge([[1, 3, 18]]);
	expect(log.unreported(30)).toEqual([[1, 4, 16]]);
});

it('says when less will count', () => {
	const log = new UsageLog(INTERVAL);
	log.take(2, 0).ended(OK, 0);
	log.take(3, 500).ended(OK, 500);
	expect(log.fallsTo(5, 600)).toBe(600);
	expect(log.fallsTo(3, 600)).toBe(1_000);
	expect(log.fallsTo(0, 600)).toBe(1_500);
	log.take(1, 600);
	expect(log.fallsTo(0, 600)).toBe(Infinity);
});

it('takes over what others have used, and counts it no shorter', () => {
	const uses = fc.array(
		fc.record({ after: fc.nat(9), open: fc.boolean(), margin: fc.constantFrom(0, 100) }),
		{ minLength: 1, maxLength: 400, size: 'max' },
	);
	fc.assert(
		fc.property(uses, (list) => {
			const all = new UsageLog(INTERVAL);
			const ends: number[] = [];
			let now = 0;
			for (const { after, open, margin } of list) {
				now += after;
				const log = new UsageLog(INTERVAL, INTERVAL + margin);
				const usage = log.take(1, now);
				if (!open) usage.ended(OK, now);
				ends.push(usage.arrivedBy + log.counted);
				all.absorb(log);
			}
			for (let time = now; time < now + 2 * INTERVAL; time += 23) {
				const width = INTERVAL / 200;
				const still = (latest: number) => ends.filter((end) => end + latest > time).length;
				expect(all.total(time)).toBeGreaterThanOrEqual(still(0));
				expect(all.total(time)).toBeLessThanOrEqual(still(width));
			}
		}),
		{ numRuns: 30 },
	);
});

it('never counts less than what may still arrive in a window', () => {
	const uses = fc.array(
		fc.record({ after: fc.nat(40), takes: fc.nat(400), amount: fc.integer({ min: 1, max: 9 }) }),
		{ minLength: 1, maxLength: 300, size: 'max' },
	);
	fc.assert(
		fc.property(uses, (list) => {
			const log = new UsageLog(INTERVAL);
			const events: Array<{ at: number; run: () => void }> = [];
			const known: Array<{ amount: number; from: number; end: number }> = [];
			let now = 0;
			for (const { after, takes, amount } of list) {
				now += after;
				const from = now;
				const end = from + takes;
				known.push({ amount, from, end: Math.min(end, from + log.arrivals.latest) });
				events.push({
					at: from,
					run: () => {
						const usage = log.take(amount, from);
						events.push({ at: end, run: () => usage.ended(OK, end) });
					},
				});
			}
			while (events.length > 0) {
				events.sort((a, b) => a.at - b.at);
				const event = events.shift()!;
				event.run();
				const counted = known
					.filter(({ from, end }) => from < event.at && end + INTERVAL > event.at)
					.reduce((sum, { amount }) => sum + amount, 0);
				expect(log.total(event.at)).toBeGreaterThanOrEqual(counted);
			}
		}),
		{ numRuns: 50 },
	);
});

it('keeps few entries, however many uses it counts', () => {
	const [own, all] = [new UsageLog(INTERVAL), new UsageLog(INTERVAL)];
	for (let now = 1; now <= 2_000; now++) {
		const other = new UsageLog(INTERVAL);
		for (const log of [own, other]) log.take(1, now).ended(OK, now);
		all.absorb(other);
	}
	for (const log of [own, all]) {
		const entries = log.unreported(2_000);
		// One for each 1/200 of the interval, and one that is partly in it.
		expect(entries.length).toBeLessThanOrEqual(201);
		expect(entries.reduce((sum, [, amount]) => sum + amount, 0)).toBeGreaterThanOrEqual(1_000);
	}
});
