import fc from 'fast-check';

import { Admission } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import { ConcurrencyLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/concurrency/ConcurrencyLimit';
import type { AdmissionRequest, Limit } from '../../../../nodes/ConcurrentHttpRequest/limits/Limit';
import { PerOriginConcurrency } from '../../../../nodes/ConcurrentHttpRequest/limits/concurrency/PerOriginConcurrency';
import { Permit } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/Permit';
import { Batching } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/Batching';
import { RateLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit';
import { VirtualClock } from '../../../support/VirtualClock';
import { seededRandom } from '../../../support/servers/random';
import { type Counted, mostInWindow } from '../../../support/slidingWindow';
import { settled } from '../settled';

const a = { origin: 'https://a.test' };
const b = { origin: 'https://b.test' };
const ok = { kind: 'ok', latency: 0 } as const;

/** A limit that is shut and opened by hand, for all origins or for some. */
class Gate implements Limit<void> {
	readonly perOrigin: boolean;
	readonly label = 'the gate';
	readonly shut = new Set<string>();
	withdrawn = 0;
	checks = 0;
	until = Infinity;
	private listener: ((origin?: string) => void) | undefined;

	constructor(perOrigin: boolean, ...shut: string[]) {
		this.perOrigin = perOrigin;
		this.shut = new Set(shut);
	}

	availableAt({ origin }: AdmissionRequest, now: number): number {
		this.checks++;
		return this.shut.has(origin) && now < this.until ? this.until : now;
	}

	take(): void {}

	withdraw(): void {
		this.withdrawn++;
	}

	open(origin: string): void {
		this.shut.delete(origin);
		this.listener?.(origin);
	}

	onChange(listener: (origin?: string) => void): void {
		this.listener = listener;
	}
}

function setUp(...limits: Limit[]) {
	const clock = new VirtualClock();
	return { clock, admission: new Admission({ limits, clock }) };
}

/** Acquires permits, and notes their names. */
function acquiring(admission: Admission, admitted: string[]) {
	return async (name: string, request: AdmissionRequest): Promise<Permit> => {
		const permit = await admission.acquire(request);
		admitted.push(name);
		return permit;
	};
}

it('returns a permit, not a promise, where no limit holds the request back', () => {
	const { admission, clock } = setUp(new ConcurrencyLimit(2));
	expect(admission.acquire(a)).toBeInstanceOf(Permit);
	expect(admission.acquire(b)).toBeInstanceOf(Permit);
	expect(admission.acquire(a)).toBeInstanceOf(Promise);
	expect(clock.alarms).toBe(0);
});

it('admits without limits', () => {
	expect(setUp().admission.acquire(a)).toBeInstanceOf(Permit);
});

it('admits requests in the order in which they came, as soon as one ends', async () => {
	const { admission } = setUp(new ConcurrencyLimit(1));
	const first = admission.acquire(a) as Permit;
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	const second = acquire('2', a);
	void acquire('3', a);
	await settled();
	expect(admitted).toEqual([]);
	first.release(ok);
	first.release(ok);
	await settled();
	expect(admitted).toEqual(['2']);
	(await second).release(ok);
	await settled();
	expect(admitted).toEqual(['2', '3']);
});

it('counts a request in every limit or in none', async () => {
	const one = new ConcurrencyLimit(1);
	const five = new ConcurrencyLimit(5);
	const { admission } = setUp(five, one);
	void admission.acquire(a);
	void admission.acquire(a);
	await settled();
	expect([one.inFlight, five.inFlight]).toEqual([1, 1]);
});

it('lets other origins pass an origin that is held back by a limit of its own', async () => {
	const { admission } = setUp(new Gate(true, a.origin), new ConcurrencyLimit(2));
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	void acquire('a1', a);
	void acquire('a2', a);
	void acquire('b1', b);
	await settled();
	expect(admitted).toEqual(['b1']);
});

it('lets no request pass one that is held back by a common limit', async () => {
	const tokens = new RateLimit({ amount: 10, interval: 1000, unit: 'tokens', costIndex: 0 });
	const { admission, clock } = setUp(tokens);
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	(await acquire('a 6', { ...a, costs: [6] })).release(ok);
	void acquire('a 9', { ...a, costs: [9] });
	void acquire('b 1', { ...b, costs: [1] });
	await settled();
	expect(admitted).toEqual(['a 6']);
	await clock.runOut();
	expect(admitted).toEqual(['a 6', 'a 9', 'b 1']);
});

it('lets origins take turns', async () => {
	const limit = new ConcurrencyLimit(1);
	const { admission } = setUp(limit);
	let held = admission.acquire(a) as Permit;
	const admitted: string[] = [];
	const acquire = async (name: string, to: AdmissionRequest) => {
		held = await admission.acquire(to);
		admitted.push(name);
	};
	for (const name of ['a1', 'a2', 'a3']) void acquire(name, a);
	for (const name of ['b1', 'b2']) void acquire(name, b);
	while (admitted.length < 5) {
		held.release(ok);
		await settled();
	}
	expect(admitted).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
});

it('wakes at the time that a limit names, by one timer, and checks nothing in between', async () => {
	const gate = new Gate(true, a.origin, b.origin);
	gate.until = 3_600_000;
	const { admission, clock } = setUp(gate);
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	for (let count = 0; count < 50; count++) {
		void acquire('a', a);
		void acquire('b', b);
	}
	await settled();
	expect(clock.alarms).toBe(1);
	const { checks } = gate;
	await clock.advanceTo(3_599_999);
	expect(gate.checks).toBe(checks);
	await clock.advanceTo(3_600_000);
	expect(admitted).toHaveLength(100);
	expect(clock.alarms).toBe(0);
});

it('wakes when a limit says that it has changed', async () => {
	const gate = new Gate(true, a.origin, b.origin);
	const { admission } = setUp(gate);
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	void acquire('a', a);
	void acquire('b', b);
	gate.open(b.origin);
	await settled();
	expect(admitted).toEqual(['b']);
	gate.open(a.origin);
	await settled();
	expect(admitted).toEqual(['b', 'a']);
});

it('limits each origin separately', async () => {
	const { admission } = setUp(new PerOriginConcurrency(1));
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	const first = acquire('a1', a);
	void acquire('a2', a);
	void acquire('b1', b);
	await settled();
	expect(admitted).toEqual(['a1', 'b1']);
	(await first).release(ok);
	await settled();
	expect(admitted).toEqual(['a1', 'b1', 'a2']);
});

describe('a wait', () => {
	const reason = new Error('The run was stopped');

	it('ends at once for all when the admission is aborted', async () => {
		const common = new ConcurrencyLimit(1);
		const gate = new Gate(true, b.origin);
		gate.until = 3_600_000;
		const { admission, clock } = setUp(common, gate);
		const held = admission.acquire(a) as Permit;
		const waiting = [a, b, a].map(async (request) => await admission.acquire(request));
		const outcomes = Promise.allSettled(waiting);
		admission.abort(reason);
		admission.abort(new Error('again'));
		expect(await outcomes).toEqual(waiting.map(() => ({ status: 'rejected', reason })));
		expect(clock.alarms).toBe(0);
		expect(() => admission.acquire(a)).toThrow(reason);
		held.release(ok);
		expect(common.inFlight).toBe(0);
	});

	it('ends at once for a request that there is a reason for, and the next one is admitted', async () => {
		const rateLimit = new RateLimit({ amount: 10, interval: 1000, unit: 'rows', costIndex: 0 });
		const { admission, clock } = setUp(rateLimit);
		const admitted: string[] = [];
		const acquire = acquiring(admission, admitted);
		(await acquire('5', { ...a, costs: [5] })).release(ok);
		const large = acquire('9', { ...a, costs: [9] });
		void acquire('3', { ...a, costs: [3] });
		await settled();
		admission.endWaits(a.origin, ({ costs }) => (costs?.[0] === 9 ? reason : undefined));
		await expect(large).rejects.toBe(reason);
		expect(admitted).toEqual(['5', '3']);
		await clock.runOut();
		expect(admitted).toEqual(['5', '3']);
	});

	it('does not begin for a request that can never be admitted', () => {
		const { admission } = setUp(new RateLimit({ amount: 1, interval: 1000, costIndex: 0 }));
		expect(() => admission.acquire({ ...a, costs: [2] })).toThrow(
			'more than the limit of 1 request',
		);
	});

	it('is withdrawn from a limit when another one holds the request back', async () => {
		const common = new Gate(false, a.origin);
		const own = new Gate(true);
		const { admission } = setUp(common, own);
		const permit = admission.acquire(b) as Permit;
		void admission.acquire(a);
		expect(common.withdrawn).toBe(0);
		own.shut.add(a.origin);
		permit.release(ok);
		expect(common.withdrawn).toBe(1);
	});
});

describe('the time waited', () => {
	it('is counted by limit, once for all requests that wait together', async () => {
		const { admission, clock } = setUp(new RateLimit({ amount: 2, interval: 60_000 }));
		const permits = Array.from({ length: 6 }, () => admission.acquire(a));
		const work = permits.map(async (permit) => (await permit).release(ok));
		await clock.run(Promise.all(work));
		expect(admission.waited()).toEqual([
			{ label: 'the limit of 2 requests a minute', duration: 120_000 },
		]);
	});

	it('is counted for origins that wait at different times, and up to now', async () => {
		const gate = new Gate(true, a.origin, b.origin);
		const { admission, clock } = setUp(gate);
		void admission.acquire(a);
		await clock.advanceTo(1000);
		void admission.acquire(b);
		await clock.advanceTo(3000);
		gate.open(a.origin);
		await clock.advanceTo(4000);
		expect(admission.waited()).toEqual([{ label: 'the gate', duration: 4000 }]);
		gate.open(b.origin);
		await clock.advanceTo(9000);
		expect(admission.waited()).toEqual([{ label: 'the gate', duration: 4000 }]);
	});

	it('is not counted for limits without a label', async () => {
		const { admission, clock } = setUp(new ConcurrencyLimit(1));
		const permit = admission.acquire(a) as Permit;
		void admission.acquire(a);
		await clock.advanceTo(1000);
		permit.release(ok);
		expect(admission.waited()).toEqual([]);
	});
});

it('loses no wake-up: all requests are admitted, within all limits, whatever happens', async () => {
	const runs = fc.record({
		concurrency: fc.integer({ min: 1, max: 5 }),
		perHost: fc.integer({ min: 1, max: 3 }),
		amount: fc.integer({ min: 1, max: 8 }),
		origins: fc.integer({ min: 1, max: 4 }),
		seed: fc.integer(),
	});
	await fc.assert(
		fc.asyncProperty(runs, async ({ concurrency, perHost, amount, origins, seed }) => {
			const random = seededRandom(seed);
			const limit = new ConcurrencyLimit(concurrency);
			const gate = new Gate(true);
			const { admission, clock } = setUp(
				limit,
				gate,
				new PerOriginConcurrency(perHost),
				new RateLimit({ amount, interval: 100 }),
				new RateLimit({ amount: 20, interval: 250, costIndex: 0 }),
			);
			const inFlight = new Map<string, number>();
			const starts: Counted[] = [];
			const costs: Counted[] = [];
			let aborted = 0;
			let mayAbort = 0;
			let allInFlight = 0;
			const item = async (): Promise<void> => {
				await clock.sleep(Math.floor(random() * 200));
				const origin = `https://${Math.floor(random() * origins)}.test`;
				const request = { origin, costs: [random() * 20] };
				const reasonFor = (each: AdmissionRequest) =>
					each === request ? new Error('stop') : undefined;
				if (random() < 0.2) {
					mayAbort++;
					clock.at(clock.now() + random() * 50, () => admission.endWaits(origin, reasonFor));
				}
				let permit: Permit;
				try {
					permit = await admission.acquire(request);
				} catch {
					aborted++;
					return;
				}
				inFlight.set(origin, (inFlight.get(origin) ?? 0) + 1);
				expect(inFlight.get(origin)).toBeLessThanOrEqual(perHost);
				expect(++allInFlight).toBeLessThanOrEqual(concurrency);
				const time = clock.now();
				starts.push({ time, cost: 1 });
				costs.push({ time, cost: request.costs[0]! });
				if (random() < 0.5) permit.sent?.();
				if (random() < 0.1) {
					gate.shut.add(origin);
					clock.at(clock.now() + random() * 50, () => gate.open(origin));
				}
				await clock.sleep(random() * 80);
				inFlight.set(origin, inFlight.get(origin)! - 1);
				allInFlight--;
				permit.release(ok);
			};
			await clock.run(Promise.all(Array.from({ length: 60 }, item)));
			expect(limit.inFlight).toBe(0);
			expect(aborted).toBeLessThanOrEqual(mayAbort);
			expect(starts).toHaveLength(60 - aborted);
			expect(mostInWindow(starts, 100)).toBeLessThanOrEqual(amount);
			// Each cost is rounded to a millionth.
			expect(mostInWindow(costs, 250)).toBeLessThanOrEqual(20 + 60e-6);
			await clock.runOut();
			expect(clock.alarms).toBe(0);
		}),
		{ numRuns: 150 },
	);
});

it('admits requests that are under way first, in their order', async () => {
	const { admission, clock } = setUp(new ConcurrencyLimit(1));
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	const first = await acquire('first', a);
	const others = [
		...[acquire('new', a), acquire('newer', a)],
		...[
			acquire('under way', { ...a, firstStartedAt: 0 }),
			acquire('too', { ...a, firstStartedAt: 0 }),
		],
	];
	first.release(ok);
	for (const index of [2, 3, 0, 1]) (await others[index])?.release(ok);
	expect(admitted).toEqual(['first', 'under way', 'too', 'new', 'newer']);
	expect(clock.alarms).toBe(0);
});

it('admits a request that is under way before items for other origins that have not begun', async () => {
	const { admission, clock } = setUp(new RateLimit({ amount: 1, interval: 1000 }));
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	(await acquire('first', a)).release(ok);
	const origins = ['https://c.test', 'https://d.test', 'https://e.test'];
	const items = origins.map((origin) => acquire(`item for ${origin}`, { origin }));
	const later = [
		acquire('redirected', { ...b, firstStartedAt: 0 }),
		acquire('retry', { origin: 'https://d.test', firstStartedAt: 0 }),
		acquire('another retry', { ...b, firstStartedAt: 0 }),
	];
	for (const permit of [...later, ...items]) void permit.then((it) => it.release(ok));
	await clock.runOut();
	expect(admitted).toEqual([
		...['first', 'redirected', 'retry', 'another retry'],
		...['item for https://c.test', 'item for https://e.test', 'item for https://d.test'],
	]);
});

it('admits a redirect at once that the pause of a batch does not concern', async () => {
	const { admission, clock } = setUp(new Batching(1, 60_000));
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	(await acquire('first', a)).release(ok);
	const item = acquire('item', a);
	await acquire('redirected', { ...b, firstStartedAt: 0 });
	expect(clock.now()).toBe(0);
	await clock.runOut();
	await item;
	expect(admitted).toEqual(['first', 'redirected', 'item']);
});

it('gives an origin its turn among items again where what was under way has ended', async () => {
	const { admission, clock } = setUp(new RateLimit({ amount: 1, interval: 1000 }));
	const admitted: string[] = [];
	const acquire = acquiring(admission, admitted);
	(await acquire('first', a)).release(ok);
	const item = acquire('item', b);
	const retry = acquire('retry', { ...b, firstStartedAt: 0 });
	const failed = expect(retry).rejects.toThrow('over');
	admission.endWaits(b.origin, ({ firstStartedAt }) =>
		firstStartedAt === undefined ? undefined : new Error('over'),
	);
	await failed;
	await clock.runOut();
	await item;
	expect(admitted).toEqual(['first', 'item']);
});

it('admits a request that is under way and costs less than the first that waits', async () => {
	const rateLimit = new RateLimit({ amount: 10, interval: 60_000, costIndex: 0 });
	const { admission } = setUp(rateLimit);
	await admission.acquire({ ...a, costs: [5] });
	void admission.acquire({ ...a, costs: [8] });
	await admission.acquire({ ...a, costs: [5], firstStartedAt: 0 });
	expect(admission.countWaiting()).toBe(1);
});

it('admits nobody before every limit has heard how a request ended', async () => {
	let isFree = true;
	let isPaused = false;
	let changed: ((origin?: string) => void) | undefined;
	// Says that there is a place, before the limit after it has heard that there is to be a pause.
	const place: Limit<void> = {
		perOrigin: true,
		availableAt: (_request, now) => (isFree ? now : Infinity),
		take: () => void (isFree = false),
		release: ({ origin }) => {
			isFree = true;
			changed?.(origin);
		},
		onChange: (listener) => void (changed = listener),
	};
	const pause: Limit<void> = {
		perOrigin: true,
		availableAt: (_request, now) => (isPaused ? Infinity : now),
		take: () => {},
		release: () => void (isPaused = true),
	};
	const { admission } = setUp(place, pause);
	const permit = await admission.acquire(a);
	const admitted: string[] = [];
	const next = acquiring(admission, admitted)('next', a).catch(() => {});
	permit.release(ok);
	await settled();
	expect(admitted).toEqual([]);
	admission.abort(new Error('over'));
	await next;
});
