import { Admission } from '../../../../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import type { Permit } from '../../../../../nodes/ConcurrentHttpRequest/limits/admission/Permit';
import type { Limit } from '../../../../../nodes/ConcurrentHttpRequest/limits/Limit';
import type {
	ExchangeRequest,
	ExchangeResponse,
} from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/exchange';
import { RedisMemory } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/RedisMemory';
import {
	RedisLimit,
	type WhenUnavailable,
} from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/RedisLimit';
import { StoreUnavailable } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/ScriptStore';
import type { SharedLimitOptions } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimit';
import { VirtualClock } from '../../../../support/VirtualClock';

const REQUEST = { origin: 'https://api.test' };
const OUTCOME = { kind: 'ok', latency: 1 } as const;

type Limits = Omit<SharedLimitOptions, 'key'>;
type Reply = Partial<ExchangeResponse> | Error | 'never';

const NOTHING: ExchangeResponse = {
	stale: false,
	epoch: 'e',
	granted: 0,
	short: 'none',
	after: -1,
	keep: -1,
	processes: 1,
};

/** A Redis whose replies the test gives, call by call. The script is tested in test/services. */
function setUp(
	limits: Limits,
	reply: (call: ExchangeRequest) => Reply,
	more: Partial<ConstructorParameters<typeof RedisLimit>[0]> = {},
	whenAway: WhenUnavailable = 'wait',
	own: readonly Limit[] = [],
) {
	const clock = new VirtualClock();
	const calls: ExchangeRequest[] = [];
	let listener: ((message: string) => void) | undefined;
	const shared: RedisLimit = new RedisLimit({
		store: {
			run: async (_script, _keys, args) => {
				const call = JSON.parse(args[0]!) as ExchangeRequest;
				calls.push(call);
				const response = reply(call);
				await clock.sleep(1);
				if (response === 'never') return await new Promise<never>(() => {});
				if (response instanceof Error) throw response;
				return JSON.stringify({ ...NOTHING, ...response });
			},
			subscribe: (_channel, told) => {
				listener = told;
				return () => (listener = undefined);
			},
		},
		clock,
		random: () => 1,
		limit: { key: 'account', ...limits },
		whenAway,
		run: 'run',
		process: 'process',
		memory: new RedisMemory(),
		waiting: () => admission.countWaiting(),
		onFailure: (error) => admission.abort(error),
		...more,
	});
	const admission = new Admission({ limits: [...own, shared], clock });
	const permits: Permit[] = [];
	const failures: unknown[] = [];
	const acquire = (count: number) => {
		for (let i = 0; i < count; i++) {
			void (async () => permits.push(await admission.acquire(REQUEST)))().catch((error) =>
				failures.push(error),
			);
		}
	};
	const release = (count: number) => {
		for (const permit of permits.splice(0, count)) permit.release(OUTCOME);
	};
	return {
		clock,
		calls,
		shared,
		admission,
		acquire,
		release,
		permits,
		failures,
		tell: (m: string) => listener?.(m),
		waited: () => admission.waited(),
	};
}

const all = ({ want }: ExchangeRequest): Reply => ({ granted: want });
const away = () => new StoreUnavailable('connect ECONNREFUSED 127.0.0.1:6379');
const SLOTS: Limits = { concurrency: 8, rateLimits: [] };
const RATE: Limits = { rateLimits: [{ amount: 60, interval: 10_000 }] };

it('asks for as many as wait, in one call', async () => {
	let waiting = 0;
	const { clock, calls, acquire, permits } = setUp(RATE, all, { waiting: () => waiting });
	waiting = 40;
	acquire(40);
	await clock.advanceBy(10);
	expect(permits).toHaveLength(40);
	expect(calls).toHaveLength(1);
});

it('gives unused grants back within 50 ms', async () => {
	const { clock, calls, acquire } = setUp(RATE, () => ({ granted: 5 }));
	acquire(2);
	await clock.advanceBy(40);
	expect(calls).toHaveLength(1);
	await clock.advanceBy(20);
	expect(calls.map(({ want }) => want)).toEqual([2, 0]);
	expect(calls[1]!.budgets[0]!.open).toBe(2);
});

it('reuses a slot without a call, and keeps reporting that it is alive', async () => {
	const { clock, calls, acquire, release, permits } = setUp(SLOTS, ({ held, want }) =>
		held + want > 7 ? { granted: 7 - held, short: 'slots' } : { granted: want },
	);
	acquire(7);
	await clock.advanceBy(5);
	expect(permits).toHaveLength(7);
	const before = calls.length;
	acquire(150);
	for (let i = 0; i < 150; i++) {
		release(1);
		await clock.advanceBy(10);
		expect(permits).toHaveLength(7);
	}
	// One call because somebody waits; then one a second, in case it was not woken.
	expect(calls.length - before).toBe(2);
	await clock.advanceBy(3_000);
	expect(calls.length - before).toBe(4);
	expect(calls.at(-1)).toMatchObject({ held: 7, want: 0 });
});

it('does not ask again for origins that wait for a limit of their own when a request ends', async () => {
	let looks = 0;
	const pauses: Limit = {
		perOrigin: true,
		availableAt: ({ origin }, now) => {
			looks++;
			return origin === REQUEST.origin ? now : Infinity;
		},
		take: () => undefined,
	};
	const { clock, acquire, admission, release } = setUp(SLOTS, all, {}, 'wait', [pauses]);
	acquire(1);
	await clock.advanceBy(5);
	for (let i = 0; i < 1_000; i++) void admission.acquire({ origin: `https://${i}.test` });
	looks = 0;
	release(1);
	expect(looks).toBe(0);
});

it('reuses no slot after half of the lease without a reply', async () => {
	let isAway = false;
	const { clock, acquire, release, permits } = setUp(SLOTS, (call) =>
		isAway ? away() : all(call),
	);
	acquire(3);
	await clock.advanceBy(5);
	isAway = true;
	acquire(2);
	release(1);
	expect(await Promise.resolve(permits.length)).toBe(2);
	await clock.advanceBy(2_900);
	expect(permits).toHaveLength(3);
	await clock.advanceBy(200);
	release(1);
	await clock.advanceBy(1_000);
	expect(permits).toHaveLength(2);
	isAway = false;
	await clock.advanceBy(2_000);
	expect(permits).toHaveLength(3);
});

it('gives up slots above its share as its requests end, and idle ones at once', async () => {
	const { clock, calls, acquire, release, tell, permits } = setUp(SLOTS, (call) =>
		call.held > 0 ? { granted: 0 } : { granted: 6 },
	);
	acquire(5);
	await clock.advanceBy(2);
	expect(permits).toHaveLength(5);
	tell('keep:3');
	await clock.advanceBy(2);
	expect(calls.at(-1)).toMatchObject({ held: 5 });
	tell('keep:3');
	release(1);
	await clock.advanceBy(2);
	expect(calls.at(-1)).toMatchObject({ held: 4 });
});

it('calls again at the time that Redis named, and when it is woken', async () => {
	const { clock, calls, acquire, tell } = setUp(RATE, () => ({ short: 'budget', after: 700 }));
	acquire(3);
	await clock.advanceBy(690);
	expect(calls).toHaveLength(1);
	await clock.advanceBy(20);
	expect(calls).toHaveLength(2);
	tell('wake');
	await clock.advanceBy(2);
	expect(calls).toHaveLength(3);
});

it('says which limit is short, as soon as Redis has said so', async () => {
	const rateLimits = [...RATE.rateLimits, { amount: 600, interval: 60_000 }];
	const reply = () => ({ short: 'budget', budget: '60000-requests', after: 60_000 }) as const;
	const { clock, acquire, waited } = setUp({ rateLimits }, reply);
	acquire(1);
	await clock.advanceBy(500);
	expect(waited()[0]).toMatchObject({ label: 'the limit of 600 requests a minute, shared' });
});

it.each<[string, string[], Partial<ExchangeResponse>]>([
	['Redis', [], { short: 'settling', after: 1_000 }],
	['its own requests', ['the Max Concurrency that it shares'], { granted: 8, short: 'slots' }],
	['other runs', ['other runs that share its concurrency'], { granted: 3, short: 'slots' }],
])(
	'says that it waits for Redis until the first reply, and then for %s',
	async (_, then, reply) => {
		const { clock, acquire, waited } = setUp(SLOTS, () => reply);
		acquire(9);
		await clock.advanceBy(500);
		expect(waited().map(({ label }) => label)).toEqual([...then, 'the limits in Redis']);
	},
);

it('states the strictest of several rate limits that Redis counts together', async () => {
	const interval = 10_000;
	const rateLimits = [
		{ amount: 100, interval },
		{ amount: 60, interval, safetyMargin: 100 },
		{ amount: 80, interval, safetyMargin: 200 },
		{ amount: 1_000, interval, unit: 'tokens', costIndex: 0 },
	];
	const reply = () => ({ short: 'budget', budget: '10000-requests', after: 60_000 }) as const;
	const { clock, calls, acquire, waited } = setUp({ rateLimits }, reply);
	acquire(1);
	await clock.advanceBy(500);
	expect(calls[0]!.budgets).toMatchObject([
		{ id: '10000-requests', limit: 60, interval: 10_200 },
		{ id: '10000-tokens', limit: 1_000, interval },
	]);
	expect(waited()[0]).toMatchObject({ label: 'the limit of 60 requests every 10 seconds, shared' });
});

it('calls at most once a second while it waits and Redis has named no time', async () => {
	const { clock, calls, acquire } = setUp(SLOTS, () => ({ short: 'slots' }));
	acquire(500);
	await clock.advanceBy(10_000);
	expect(calls.length).toBeGreaterThanOrEqual(9);
	expect(calls.length).toBeLessThanOrEqual(11);
});

it('reports all that counts again when Redis has lost it', async () => {
	let epoch = 'one';
	const { clock, calls, acquire, release } = setUp(RATE, (call) => ({ epoch, granted: call.want }));
	acquire(3);
	await clock.advanceBy(5);
	release(3);
	await clock.advanceBy(600);
	expect(calls.at(-1)!.budgets[0]!.uses).toEqual([[1, 3, expect.any(Number)]]);
	await clock.advanceBy(1_500);
	expect(calls.at(-1)!.budgets[0]!.uses).toEqual([]);
	epoch = 'two';
	const before = calls.length;
	await clock.advanceBy(1_501);
	expect(calls).toHaveLength(before + 2);
	expect(calls.at(-1)).toMatchObject({ epoch: 'two' });
	expect(calls.at(-1)!.budgets[0]!.uses).toEqual([[1, 3, expect.any(Number)]]);
});

it('reports all that counts again when it leaves', async () => {
	const { clock, calls, acquire, release, shared } = setUp(RATE, all);
	acquire(3);
	await clock.advanceBy(5);
	release(3);
	await clock.advanceBy(2_000);
	expect(calls.at(-1)!.budgets[0]!.uses).toEqual([]);
	void shared.leave();
	await clock.advanceBy(5);
	expect(calls.at(-1)).toMatchObject({ leave: true });
	expect(calls.at(-1)!.budgets[0]!.uses).toEqual([[1, 3, expect.any(Number)]]);
});

it('knows from former runs which data Redis had, until that has expired by itself', async () => {
	const memory = new RedisMemory();
	const firstCall = async (after: number) => {
		const { clock, calls, acquire, shared } = setUp(RATE, all, { memory });
		await clock.advanceTo(after);
		acquire(1);
		await clock.advanceBy(5);
		void shared.leave();
		return calls[0]!;
	};
	const { epoch, expire } = await firstCall(0);
	expect(epoch).toBe('');
	expect(await firstCall(expire - 1)).toMatchObject({ epoch: NOTHING.epoch });
	expect(await firstCall(2 * expire - 1)).toMatchObject({ epoch: '' });
});

it('holds the grants of two limits at the same time, however far away Redis is', async () => {
	const clock = new VirtualClock();
	const limitOf = (key: string): RedisLimit =>
		new RedisLimit({
			store: {
				run: async (_script, _keys, args) => {
					const { want } = JSON.parse(args[0]!) as ExchangeRequest;
					await clock.sleep(150);
					return JSON.stringify({ ...NOTHING, granted: want });
				},
				subscribe: () => () => {},
			},
			clock,
			random: () => 1,
			limit: { key, ...SLOTS },
			whenAway: 'wait',
			run: 'run',
			process: 'process',
			memory: new RedisMemory(),
			waiting: () => admission.countWaiting(),
			onFailure: (error) => admission.abort(error),
		});
	const limits = [limitOf('name:api'), limitOf('credential:account')];
	const admission: Admission = new Admission({ limits, clock });
	const permit = admission.acquire(REQUEST);
	await clock.advanceBy(1_000);
	expect(limits.map(({ inFlight }) => inFlight)).toEqual([1, 1]);
	(await permit).release(OUTCOME);
	for (const limit of limits) void limit.leave();
	await clock.advanceBy(1_000);
	expect(clock.alarms).toBe(0);
});

it('stops waiting at the moment when the run is stopped', async () => {
	const { clock, calls, acquire, failures, shared, admission } = setUp(RATE, () => ({
		short: 'budget',
		after: 3_600_000,
	}));
	acquire(3);
	await clock.advanceBy(60_000);
	const reason = new Error('stopped');
	admission.abort(reason);
	await Promise.resolve();
	await clock.advanceBy(0);
	expect(failures).toEqual([reason, reason, reason]);
	void shared.leave();
	await clock.advanceBy(0);
	expect(calls.at(-1)).toMatchObject({ leave: true, held: 0, want: 0 });
	await clock.advanceBy(5_000);
	expect(clock.alarms).toBe(0);
});

describe('while Redis is away', () => {
	it('waits, and calls once a second, four times at most in the first', async () => {
		const memory = new RedisMemory();
		memory.wasReached = true;
		const { clock, calls, acquire, failures } = setUp(SLOTS, away, { memory });
		acquire(2);
		await clock.advanceBy(1_000);
		expect(calls.length).toBeLessThanOrEqual(5);
		await clock.advanceBy(60_000);
		expect(calls.length).toBeGreaterThanOrEqual(60);
		expect(calls.length).toBeLessThanOrEqual(66);
		expect(failures).toEqual([]);
	});

	it('waits only 10 s if Redis was never reached', async () => {
		const { clock, acquire, failures } = setUp(SLOTS, away);
		acquire(2);
		await clock.advanceBy(9_900);
		expect(failures).toEqual([]);
		await clock.advanceBy(1_200);
		expect(failures).toHaveLength(2);
		expect(String(failures[0])).toMatch(
			/has never been reached since n8n was started: connect ECONNREFUSED/,
		);
	});

	it('reports once that it waits, and once that Redis is back', async () => {
		let isAway = false;
		const news: string[] = [];
		const { clock, acquire, permits, waited } = setUp(
			SLOTS,
			(call) => (isAway ? away() : all(call)),
			{
				onNews: (sentence) => news.push(sentence),
			},
		);
		acquire(1);
		await clock.advanceBy(5_000);
		isAway = true;
		acquire(7);
		await clock.advanceBy(60_000);
		isAway = false;
		await clock.advanceBy(2_000);
		expect(permits).toHaveLength(8);
		expect(waited()[0]).toMatchObject({ label: 'Redis, through which limits are shared' });
		expect(news).toEqual([
			'Waiting for Redis, which cannot be reached: connect ECONNREFUSED 127.0.0.1:6379 (limits "account")',
			'Redis is back (limits "account")',
		]);
	});

	it('takes Redis for away after 2 s without a reply', async () => {
		let isAway = true;
		const { clock, calls, acquire, permits } = setUp(SLOTS, (call) =>
			isAway ? 'never' : all(call),
		);
		acquire(1);
		await clock.advanceBy(1_990);
		expect(calls).toHaveLength(1);
		isAway = false;
		await clock.advanceBy(100);
		expect(permits).toHaveLength(1);
	});

	it('fails after 3 s, if told to', async () => {
		const { clock, acquire, failures } = setUp(SLOTS, away, {}, 'fail');
		acquire(2);
		await clock.advanceBy(2_900);
		expect(failures).toEqual([]);
		await clock.advanceBy(1_200);
		expect(failures).toHaveLength(2);
		expect(String(failures[0])).toBe(
			'RedisUnavailable: Redis, through which the limits "account" are shared, has never been reached since n8n was started: connect ECONNREFUSED 127.0.0.1:6379',
		);
	});

	it.each<WhenUnavailable>(['wait', 'fail', 'localShare'])(
		'fails at once where waiting does not help: %s',
		async (whenAway) => {
			const wrong = () => new Error('WRONGPASS invalid username-password pair');
			const { clock, acquire, failures } = setUp(SLOTS, wrong, {}, whenAway);
			acquire(1);
			await clock.advanceBy(5);
			expect(String(failures[0])).toMatch(/ refused: WRONGPASS/);
		},
	);

	it('goes on within its share, if told to, and reports that afterwards', async () => {
		let isAway = false;
		const limits = { concurrency: 9, rateLimits: RATE.rateLimits };
		const reply = (call: ExchangeRequest) =>
			isAway ? away() : { granted: call.want, processes: 3 };
		const { clock, calls, acquire, release, permits } = setUp(limits, reply, {}, 'localShare');
		acquire(1);
		await clock.advanceBy(1_600);
		release(1);
		await clock.advanceBy(1_000);
		isAway = true;
		acquire(100);
		await clock.advanceBy(2_500);
		expect(permits).toHaveLength(0);
		await clock.advanceBy(2_000);
		expect(permits).toHaveLength(3);
		for (let i = 0; i < 30; i++) {
			release(3);
			await clock.advanceBy(1);
			expect(permits.length).toBeLessThanOrEqual(3);
		}
		// A third of 60; the first still counts.
		expect(permits).toHaveLength(0);
		isAway = false;
		await clock.advanceBy(1_100);
		const report = calls.findLast((call) => call.budgets[0]!.uses.length > 0)!;
		const reported = report.budgets[0]!.uses.reduce((sum, [, amount]) => sum + amount, 0);
		expect(reported).toBe(19);
	});
});

it('refuses a cost that is above the rate limit at once', () => {
	const tokens = { amount: 1_000, interval: 60_000, costIndex: 0, unit: 'tokens' };
	const { shared } = setUp({ rateLimits: [tokens] }, all);
	expect(() => shared.check({ ...REQUEST, costs: [1_001] })).toThrow(
		/costs 1,001, which is more than the limit of 1,000 tokens a minute/,
	);
	expect(() => shared.check({ ...REQUEST, costs: [1_000] })).not.toThrow();
});

it('counts costs in millionths, so that three times 1.1 is 3.3', async () => {
	const tokens = { amount: 3.3, interval: 60_000, costIndex: 0 };
	const { clock, calls, shared } = setUp({ rateLimits: [tokens] }, all);
	const request = { ...REQUEST, costs: [3 * 1.1] };
	expect(() => shared.check(request)).not.toThrow();
	shared.availableAt(request, clock.now());
	await clock.advanceBy(5);
	expect(calls[0]!.budgets[0]).toMatchObject({ cost: 3.3 });
});

it('asks for the cost of the request that waits', async () => {
	const tokens = { amount: 1_000, interval: 60_000, costIndex: 0 };
	const { clock, calls, shared } = setUp({ rateLimits: [tokens] }, all);
	const admission = new Admission({ limits: [shared], clock });
	const permit = admission.acquire({ ...REQUEST, costs: [300] });
	await clock.advanceBy(5);
	await permit;
	expect(calls[0]!.budgets[0]).toMatchObject({ cost: 300 });
});
