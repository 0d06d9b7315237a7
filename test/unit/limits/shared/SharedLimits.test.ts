import fc from 'fast-check';

import { Admission } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import { ConcurrencyLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/concurrency/ConcurrencyLimit';
import type { Limit } from '../../../../nodes/ConcurrentHttpRequest/limits/Limit';
import type { Permit } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/Permit';
import {
	sharedByProcess,
	SharedLimits,
} from '../../../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimits';
import type { SharedLimitOptions } from '../../../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimit';
import { heavyTailed, TIMEOUT } from '../../../support/heavyTail';
import { seededRandom } from '../../../support/servers/random';
import { mostInWindow } from '../../../support/slidingWindow';
import { VirtualClock } from '../../../support/VirtualClock';
import { settled } from '../settled';

const origin = 'https://a.test';
const ok = { kind: 'ok', latency: 0 } as const;
const perMinute = (amount: number) => ({ amount, interval: 60_000 });

/** Runs of the same process, in virtual time, and what they have sent. */
class Runs {
	readonly clock = new VirtualClock();
	readonly shared = new SharedLimits(this.clock);
	/** Names of the runs, in the order in which their requests were admitted. */
	readonly order: string[] = [];
	readonly starts: Array<{ time: number; cost: number }> = [];
	inFlight = 0;
	mostInFlight = 0;

	join(stated: Omit<SharedLimitOptions, 'key'>, key = 'account', ...own: Limit[]) {
		const limit = this.shared.join({ key, ...stated });
		const admission = new Admission({ limits: [limit, ...own], clock: this.clock });
		const leave = () => {
			admission.abort(new Error('over'));
			limit.leave();
		};
		return { admission, leave, limit };
	}

	/** Sends so many requests, all at once as far as limits allow, each with a cost and a duration. */
	async send(
		name: string,
		admission: Admission,
		requests: number,
		duration: () => number,
		cost?: () => number,
	): Promise<number> {
		const one = async (): Promise<void> => {
			const costs = cost && [cost()];
			const permit = await admission.acquire({ origin, costs });
			permit.sent?.();
			this.order.push(name);
			this.starts.push({ time: this.clock.now(), cost: costs?.[0] ?? 1 });
			this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
			await this.clock.sleep(duration());
			this.inFlight--;
			permit.release({ kind: 'ok', latency: this.clock.now() - permit.admittedAt });
		};
		const ends = await Promise.allSettled(Array.from({ length: requests }, one));
		const failed = ends.find((end) => end.status === 'rejected');
		if (failed) throw failed.reason;
		return this.clock.now();
	}
}

describe('runs that share a key', () => {
	it('stay within its concurrency and its rate limit together, and use them', async () => {
		const runs = new Runs();
		const stated = { concurrency: 7, rateLimits: [{ amount: 50, interval: 1000 }] };
		const all = ['x', 'y', 'z'].map(async (name) => {
			const { admission, leave } = runs.join(stated);
			await runs.send(name, admission, 500, () => 5 + (name === 'x' ? 90 : 10));
			leave();
		});
		await runs.clock.run(Promise.all(all));
		expect(runs.mostInFlight).toBe(7);
		expect(mostInWindow(runs.starts, 1000)).toBe(50);
		// 1,500 requests, the first 50 at once, and responses of up to 95 ms, which do not count.
		expect(runs.clock.now()).toBeLessThan(29_000 * 1.02 + 200);
	});

	it('do not affect runs with another key', () => {
		const runs = new Runs();
		const one = runs.join({ concurrency: 1, rateLimits: [] }, 'one');
		const two = runs.join({ concurrency: 1, rateLimits: [] }, 'two');
		void one.admission.acquire({ origin });
		expect(two.admission.acquire({ origin })).not.toBeInstanceOf(Promise);
	});

	it('take turns: 10 requests are not held up by 10,000', async () => {
		const runs = new Runs();
		const stated = { concurrency: 5, rateLimits: [] };
		const large = runs.join(stated);
		const small = runs.join(stated);
		let smallDone = Infinity;
		const work = Promise.all([
			runs.send('large', large.admission, 10_000, () => 100),
			runs.clock.sleep(1050).then(async () => {
				smallDone = await runs.send('small', small.admission, 10, () => 100);
			}),
		]);
		await runs.clock.run(work);
		// Every other slot: 10 requests need 20 slots, four rounds of five; one round is under way.
		expect(smallDone - 1050).toBeLessThanOrEqual(50 + 5 * 100);
		const from = runs.order.indexOf('small');
		const rounds = runs.order.slice(from, from + 19);
		expect(rounds.filter((name) => name === 'small')).toHaveLength(10);
	});

	it('take equal turns, however many requests each of three has', async () => {
		const runs = new Runs();
		const stated = { rateLimits: [{ amount: 30, interval: 1000 }] };
		const requests = { x: 1000, y: 300, z: 300 };
		const all = Object.entries(requests).map(([name, count]) =>
			runs.send(name, runs.join(stated).admission, count, () => 1),
		);
		await runs.clock.run(Promise.all(all));
		// The first 30 went to whoever came first; from then on all three waited.
		const waiting = runs.order.slice(30, 30 + 600);
		for (const name of ['x', 'y', 'z']) {
			expect(waiting.filter((other) => other === name)).toHaveLength(200);
		}
	});

	it('pass over a run that is held back by a limit of its own', async () => {
		const runs = new Runs();
		const stated = { concurrency: 1, rateLimits: [] };
		let isShut = false;
		const own: Limit = {
			availableAt: (_request, now) => (isShut ? Infinity : now),
			take: jest.fn(),
		};
		const held = runs.join(stated, 'account', own);
		const other = runs.join(stated);
		const permit = other.admission.acquire({ origin }) as Permit;
		void held.admission.acquire({ origin });
		const next = other.admission.acquire({ origin });
		isShut = true;
		permit.release(ok);
		await expect(next).resolves.toBeDefined();
		expect(own.take).not.toHaveBeenCalled();
	});

	it('pass over a run that another shared limit holds back by the time it has its turn', async () => {
		const runs = new Runs();
		const stated = { rateLimits: [{ amount: 1, interval: 1000 }] };
		const other = runs.join(stated);
		(other.admission.acquire({ origin }) as Permit).release(ok);
		const full = { concurrency: 1, rateLimits: [] };
		void runs.join(full, 'team').admission.acquire({ origin });
		await runs.clock.advanceTo(1000);
		// The rate limit holds it back at first, and no longer when the run looks again.
		const clock = { now: jest.fn(runs.clock.now).mockReturnValueOnce(999), at: runs.clock.at };
		const limits = ['account', 'team'].map((key) => runs.shared.join({ key, ...stated }));
		const held = new Admission({ limits, clock }).acquire({ origin });
		expect(held).toBeInstanceOf(Promise);
		expect(other.admission.acquire({ origin })).not.toBeInstanceOf(Promise);
	});

	it('pass over a run that was stopped while it waited for its turn', async () => {
		const runs = new Runs();
		const stated = { concurrency: 1, rateLimits: [] };
		const [one, two, three] = [runs.join(stated), runs.join(stated), runs.join(stated)];
		const permit = one.admission.acquire({ origin }) as Permit;
		const stopped = two.admission.acquire({ origin }) as Promise<Permit>;
		const next = three.admission.acquire({ origin });
		two.admission.abort(new Error('stopped'));
		await expect(stopped).rejects.toThrow('stopped');
		permit.release(ok);
		await expect(next).resolves.toBeDefined();
	});

	it('wait for a run whose large request needs more than is free', async () => {
		const runs = new Runs();
		const tokens = { amount: 10, interval: 1000, unit: 'tokens', costIndex: 0 };
		const large = runs.join({ rateLimits: [tokens] });
		const small = runs.join({ rateLimits: [tokens] });
		await runs.clock.run(
			Promise.all([
				runs.send(
					'small',
					small.admission,
					100,
					() => 1,
					() => 1,
				),
				runs.send(
					'large',
					large.admission,
					2,
					() => 1,
					() => 9,
				),
			]),
		);
		expect(runs.order.indexOf('large')).toBeLessThanOrEqual(20);
		expect(mostInWindow(runs.starts, 1000)).toBeLessThanOrEqual(10);
	});

	it('count how long they waited, and for what', async () => {
		const runs = new Runs();
		const stated = { rateLimits: [perMinute(10)] };
		const [one, two] = [runs.join(stated), runs.join(stated)];
		await runs.clock.run(
			Promise.all([
				runs.send('one', one.admission, 10, () => 1),
				runs.send('two', two.admission, 10, () => 1),
			]),
		);
		expect(one.admission.waited()).toEqual([]);
		expect(two.admission.waited()).toEqual([
			{ label: 'the limit of 10 requests a minute', duration: 60_001 },
		]);
	});
});

it('a run blames others for a wait only while they have requests in flight', async () => {
	const runs = new Runs();
	const stated = { concurrency: 1, rateLimits: [] };
	const [one, two] = [runs.join(stated), runs.join(stated)];
	const waitedFor = () => one.admission.waited().map(({ label }) => label);
	const first = one.admission.acquire({ origin }) as Permit;
	const second = one.admission.acquire({ origin }) as Promise<Permit>;
	await runs.clock.advanceBy(10);
	expect(waitedFor()).toEqual(['the Max Concurrency that it shares']);
	first.release(ok);
	(await second).release(ok);
	void two.admission.acquire({ origin });
	void one.admission.acquire({ origin });
	await runs.clock.advanceBy(20);
	expect(waitedFor()).toEqual([
		'other runs that share its concurrency',
		'the Max Concurrency that it shares',
	]);
});

describe('runs whose latencies have a heavy tail: p50 60 ms, p99 10 s, and some that never end', () => {
	const latency = (seed: number) => {
		const random = seededRandom(seed);
		return () => Math.min(TIMEOUT, heavyTailed(random()));
	};

	it('stay within a rate limit, use 98.5 % of it, and take equal turns', async () => {
		const runs = new Runs();
		const stated = { rateLimits: [{ amount: 100, interval: 1000 }] };
		const all = ['x', 'y', 'z'].map((name, seed) =>
			runs.send(name, runs.join(stated).admission, 2000, latency(seed)),
		);
		await runs.clock.run(Promise.all(all));
		expect(mostInWindow(runs.starts, 1000)).toBe(100);
		const again = runs.starts.slice(200).map(({ time }, i) => time - runs.starts[i + 100]!.time);
		expect(1000 / (again.reduce((sum, time) => sum + time, 0) / again.length)).toBeGreaterThan(
			0.985,
		);
		const waiting = runs.order.slice(100, 100 + 3000);
		for (const name of ['x', 'y', 'z']) {
			expect(waiting.filter((other) => other === name)).toHaveLength(1000);
		}
	});

	it('use all of a concurrency, and let a run of 10 be done after 10 rounds', async () => {
		const runs = new Runs();
		const stated = { concurrency: 12, rateLimits: [] };
		const [large, small] = [runs.join(stated), runs.join(stated)];
		const work = Promise.all([
			runs.send('large', large.admission, 2000, latency(4)),
			runs.clock.sleep(20_000).then(() => runs.send('small', small.admission, 10, latency(5))),
		]);
		await runs.clock.run(work);
		expect(runs.mostInFlight).toBe(12);
		const from = runs.order.indexOf('small');
		expect(runs.order.slice(from, from + 19).filter((name) => name === 'small')).toHaveLength(10);
	});
});

describe('when runs state limits differently', () => {
	it('the lower concurrency holds while both are here', async () => {
		const runs = new Runs();
		const wide = runs.join({ concurrency: 3, rateLimits: [] });
		const narrow = runs.join({ concurrency: 1, rateLimits: [] });
		expect(wide.admission.acquire({ origin })).not.toBeInstanceOf(Promise);
		const second = wide.admission.acquire({ origin }) as Promise<Permit>;
		await settled();
		narrow.leave();
		await expect(second).resolves.toBeDefined();
	});

	it('every rate limit holds for all of them', async () => {
		const runs = new Runs();
		const loose = runs.join({ rateLimits: [{ amount: 100, interval: 1000 }] });
		const strict = runs.join({ rateLimits: [{ amount: 5, interval: 1000 }] });
		await runs.clock.run(
			Promise.all([
				runs.send('loose', loose.admission, 100, () => 1),
				runs.send('strict', strict.admission, 10, () => 1),
			]),
		);
		expect(mostInWindow(runs.starts, 1000)).toBe(5);
	});

	it('a run that states no cost takes nothing from a rate limit that counts it', async () => {
		const runs = new Runs();
		const tokens = { amount: 10, interval: 60_000, unit: 'tokens', costIndex: 0 };
		runs.join({ rateLimits: [tokens] });
		const other = runs.join({ rateLimits: [] });
		await runs.clock.run(runs.send('other', other.admission, 50, () => 1));
		expect(runs.clock.now()).toBeLessThan(100);
	});

	it('a run that states no cost is not held back by tokens that are spread evenly', async () => {
		const runs = new Runs();
		const tokens = {
			amount: 10,
			interval: 60_000,
			unit: 'tokens',
			costIndex: 0,
			spreadEvenly: true,
		};
		const first = runs.join({ rateLimits: [tokens] });
		await first.admission.acquire({ origin, costs: [5] });
		const other = runs.join({ rateLimits: [] });
		await runs.clock.run(runs.send('other', other.admission, 50, () => 1));
		expect(runs.clock.now()).toBeLessThan(100);
	});

	it('the costs are found where each run states them', async () => {
		const runs = new Runs();
		const tokens = { amount: 10, interval: 1000, unit: 'tokens' };
		const rows = { amount: 1000, interval: 1000, unit: 'rows', costIndex: 0 };
		const first = runs.join({ rateLimits: [{ ...tokens, costIndex: 0 }] });
		const second = runs.join({ rateLimits: [rows, { ...tokens, costIndex: 1 }] });
		expect(first.admission.acquire({ origin, costs: [4] })).not.toBeInstanceOf(Promise);
		expect(second.admission.acquire({ origin, costs: [500, 6] })).not.toBeInstanceOf(Promise);
		expect(first.admission.acquire({ origin, costs: [0.1] })).toBeInstanceOf(Promise);
		expect(() => second.admission.acquire({ origin, costs: [1, 11] })).toThrow(
			'more than the limit',
		);
	});

	it('the costs are those of each rate limit, also where two have the same unit', async () => {
		const runs = new Runs();
		const run = runs.join({
			rateLimits: [
				{ amount: 10, interval: 1000, unit: 'units', costIndex: 0 },
				{ amount: 100, interval: 60_000, unit: 'units', costIndex: 1 },
			],
		});
		expect(run.admission.acquire({ origin, costs: [9, 1] })).not.toBeInstanceOf(Promise);
		expect(run.admission.acquire({ origin, costs: [2, 1] })).toBeInstanceOf(Promise);
		const other = runs.join({ rateLimits: [] }, 'another account');
		expect(other.admission.acquire({ origin, costs: [9, 1] })).not.toBeInstanceOf(Promise);
	});

	it('a request that is larger than a rate limit stated after it takes the whole limit', async () => {
		const runs = new Runs();
		const tokens = { interval: 1000, unit: 'tokens', costIndex: 0 };
		const early = runs.join({ rateLimits: [{ ...tokens, amount: 10 }] });
		(early.admission.acquire({ origin, costs: [10] }) as Permit).release(ok);
		const large = runs.send(
			'large',
			early.admission,
			1,
			() => 1,
			() => 10,
		);
		const late = runs.join({ rateLimits: [{ ...tokens, amount: 2 }] });
		await runs.clock.run(
			Promise.all([
				large,
				runs.send(
					'late',
					late.admission,
					3,
					() => 1,
					() => 2,
				),
			]),
		);
		expect(runs.order).toEqual(['large', 'late', 'late', 'late']);
	});
});

describe('after the last run', () => {
	it('a key is remembered for as long as its rate limit counts something', async () => {
		const runs = new Runs();
		const stated = { rateLimits: [perMinute(10)] };
		const first = runs.join(stated);
		await runs.clock.run(runs.send('first', first.admission, 10, () => 1));
		first.leave();
		expect(runs.shared.size).toBe(1);

		await runs.clock.advanceTo(30_000);
		const second = runs.join(stated);
		const done = await runs.clock.run(runs.send('second', second.admission, 1, () => 1));
		expect(done).toBe(60_002);
		second.leave();

		await runs.clock.advanceTo(200_000);
		runs.join(stated, 'another').leave();
		expect(runs.shared.size).toBe(0);
		expect(runs.clock.alarms).toBe(0);
	});

	it('what it had in flight no longer counts', () => {
		const runs = new Runs();
		const stated = { concurrency: 1, rateLimits: [] };
		const [first, second] = [runs.join(stated), runs.join(stated)];
		const permit = first.admission.acquire({ origin }) as Permit;
		first.leave();
		first.leave();
		expect(second.admission.acquire({ origin })).not.toBeInstanceOf(Promise);
		permit.release(ok);
		expect(second.admission.acquire({ origin })).toBeInstanceOf(Promise);
	});
});

it('loses no turn, whichever runs come, stop and leave', async () => {
	const given = fc.record({
		concurrency: fc.integer({ min: 1, max: 4 }),
		amount: fc.integer({ min: 2, max: 10 }),
		runs: fc.integer({ min: 2, max: 5 }),
		seed: fc.integer(),
	});
	await fc.assert(
		fc.asyncProperty(given, async ({ concurrency, amount, runs: count, seed }) => {
			const random = seededRandom(seed);
			const runs = new Runs();
			const one = async (index: number): Promise<void> => {
				await runs.clock.sleep(random() * 100);
				const stated = {
					concurrency: concurrency + Math.floor(random() * 2),
					rateLimits: [{ amount, interval: 100 }],
				};
				const own = new ConcurrencyLimit(1 + Math.floor(random() * 3));
				const both = [runs.join(stated, 'account', own), runs.join(stated, 'team')] as const;
				const stopsAt = random() < 0.3 ? runs.clock.now() + random() * 300 : Infinity;
				const [{ admission, leave }, other] = both;
				if (stopsAt < Infinity) runs.clock.at(stopsAt, () => admission.abort(new Error('stop')));
				await runs.send(String(index), admission, 20, () => random() * 50).catch(() => {});
				leave();
				other.leave();
			};
			await runs.clock.run(Promise.all(Array.from({ length: count }, (_, index) => one(index))));
			expect(runs.mostInFlight).toBeLessThanOrEqual(concurrency + 1);
			expect(mostInWindow(runs.starts, 100)).toBeLessThanOrEqual(amount);
			await runs.clock.advanceBy(10_000);
			runs.join({ rateLimits: [] }).leave();
			expect(runs.shared.size).toBe(0);
		}),
		{ numRuns: 100 },
	);
});

it('is the same for two copies of the node in one process', () => {
	const one = sharedByProcess();
	jest.isolateModules(() => {
		const copy = jest.requireActual<{ sharedByProcess: typeof sharedByProcess }>(
			'../../../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimits',
		);
		expect(copy.sharedByProcess).not.toBe(sharedByProcess);
		expect(copy.sharedByProcess()).toBe(one);
	});
});
