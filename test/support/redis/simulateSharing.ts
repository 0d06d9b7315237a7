import { Admission } from '../../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import { ConcurrencyLimit } from '../../../nodes/ConcurrentHttpRequest/limits/concurrency/ConcurrencyLimit';
import type { Clock } from '../../../nodes/ConcurrentHttpRequest/common/Clock';
import { redisKeys } from '../../../nodes/ConcurrentHttpRequest/limits/shared/redis/exchange';
import { RedisMemory } from '../../../nodes/ConcurrentHttpRequest/limits/shared/redis/RedisMemory';
import { RedisLimit } from '../../../nodes/ConcurrentHttpRequest/limits/shared/redis/RedisLimit';
import type { ScriptStore } from '../../../nodes/ConcurrentHttpRequest/limits/shared/redis/ScriptStore';
import type { SharedLimitOptions } from '../../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimit';
import { heavyTailed, TIMEOUT } from '../heavyTail';
import type { Counted } from '../slidingWindow';
import { VirtualClock } from '../VirtualClock';
import { SimulatedRedis } from './SimulatedRedis';

export interface Sharing {
	readonly redisPort: number;
	/** Unlike that of any other simulation with this Redis. */
	readonly name: string;
	readonly limits: Omit<SharedLimitOptions, 'key'>;
	/** Runs, each in a process of its own. */
	readonly runs: number;
	/** Requests of a run at the same time, and in all. */
	readonly workers: number;
	readonly requests: number;
	/** One run more, with fewer requests, that begins so many milliseconds after the others. */
	readonly latecomer?: { readonly after: number; readonly requests: number };
	/** Milliseconds after which the process of the first run is killed. */
	readonly firstDiesAfter?: number;
	/** Redis evicts one key of the first rate limit, so many milliseconds after the first run began. */
	readonly evicts?: { readonly after: number; readonly part: 'ends' | 'amounts' | 'sums' };
	/** Milliseconds until a request has its response. `heavy-tailed`: p50 60 ms, p99 10 s, some never. */
	readonly latency: number | 'heavy-tailed';
	/** Every so many milliseconds a process does nothing for so long; one after the other, or only one. */
	readonly stalls?: {
		readonly every: number;
		readonly length: number;
		readonly onlyFirst?: boolean;
	};
	readonly random: () => number;
}

/** A request of one of the runs, at the time at which it started. */
export interface Start extends Counted {
	readonly run: number;
	/** Milliseconds until its response or its time-out. */
	readonly latency: number;
}

export interface Shared {
	/** Round trips to Redis, and requests admitted. */
	readonly calls: number;
	readonly admitted: number;
	/** In their order; milliseconds after the first run began. */
	readonly starts: readonly Start[];
	readonly mostInFlight: number;
	/** Milliseconds. */
	readonly duration: number;
	/** For what each run waited longest. */
	readonly waitedFor: ReadonlyArray<string | undefined>;
}

/** Milliseconds from a process to Redis. */
const WAY = 0.3;

/** Runs of several processes that share limits, in virtual time, with the real script in a real Redis. */
export async function simulateSharing(sharing: Sharing): Promise<Shared> {
	const { limits, runs, workers, latency, random, name, latecomer, firstDiesAfter, evicts } =
		sharing;
	const begin = 1_000_000;
	const clock = new VirtualClock(begin);
	const redis = new SimulatedRedis(sharing.redisPort, clock, WAY);
	const starts: Start[] = [];
	const waitedFor: Array<string | undefined> = [];
	let calls = 0;
	let inFlight = 0;
	let mostInFlight = 0;

	const run = async (number: number, requests: number) => {
		const diesAt =
			begin + (number === 0 && firstDiesAfter !== undefined ? firstDiesAfter : Infinity);
		const own = mortal(stallingClock(clock, sharing, number), diesAt);
		const sleep = async (duration: number) =>
			await new Promise<void>((resolve) => own.at(own.now() + duration, resolve));
		let waiting = 0;
		const limit = new RedisLimit({
			store: heardBy(
				own,
				redis.store(() => calls++),
			),
			clock: own,
			random,
			limit: { key: name, ...limits },
			whenAway: 'wait',
			run: `run ${number}`,
			process: `process ${number}`,
			memory: new RedisMemory(),
			waiting: () => waiting,
			onFailure: (error) => {
				throw error;
			},
		});
		const admission = new Admission({ limits: [new ConcurrencyLimit(workers), limit], clock: own });
		let left = requests;
		const work = async () => {
			while (left-- > 0) {
				waiting++;
				const permit = await admission.acquire({ origin: 'https://api.example.com' });
				waiting--;
				const duration =
					latency === 'heavy-tailed' ? Math.min(TIMEOUT, heavyTailed(random())) : latency;
				starts.push({ time: clock.now() - begin, cost: 1, run: number, latency: duration });
				mostInFlight = Math.max(mostInFlight, ++inFlight);
				permit.sent?.();
				// The server has responded even if nobody looks.
				clock.at(clock.now() + duration, () => inFlight--);
				await sleep(duration);
				permit.release({ kind: 'ok', latency: duration });
			}
		};
		await Promise.all(Array.from({ length: workers }, work));
		waitedFor[number] = admission.waited()[0]?.label;
		await limit.leave();
		admission.abort(new Error('The run is over'));
	};
	try {
		const all = Array.from({ length: runs }, async (_, number) => {
			await run(number, sharing.requests);
		});
		const survivors = firstDiesAfter === undefined ? all : all.slice(1);
		if (latecomer) {
			survivors.push(clock.sleep(latecomer.after).then(() => run(runs, latecomer.requests)));
		}
		if (evicts) {
			const { interval } = limits.rateLimits[0]!;
			const [, , ...keys] = redisKeys(name, [`${interval}-requests`]).all;
			const key = keys.find((each) => each.endsWith(evicts.part))!;
			clock.at(begin + evicts.after, () => void redis.evict(key));
		}
		await redis.run(Promise.all(survivors));
	} finally {
		redis.close();
	}
	const duration = clock.now() - begin;
	return { calls, admitted: starts.length, starts, mostInFlight, duration, waitedFor };
}

/** A process that stalls does nothing until then, and all that is due at once afterwards. */
function stallingClock(clock: VirtualClock, { stalls, runs }: Sharing, number: number): Clock {
	if (!stalls || (stalls.onlyFirst && number > 0)) return clock;
	const { every, length } = stalls;
	const awakeAt = (time: number) => {
		const phase = (time + (number * every) / runs) % every;
		return phase < length ? time - phase + length : time;
	};
	const at: Clock['at'] = (time, callback) => {
		let cancel: () => void;
		const due = () => {
			const awake = awakeAt(clock.now());
			// A thousandth: sums of fractions need not be what they should be.
			if (awake > clock.now() + 0.001) cancel = clock.at(awake, due);
			else callback();
		};
		cancel = clock.at(time, due);
		return () => cancel();
	};
	return { now: clock.now, at };
}

/** A process that has been killed does nothing any more. */
function mortal(clock: Clock, diesAt: number): Clock {
	if (diesAt === Infinity) return clock;
	return {
		now: clock.now,
		at: (time, callback) =>
			clock.at(time, () => {
				if (clock.now() < diesAt) callback();
			}),
	};
}

/** What Redis says is heard when the process is awake. */
function heardBy(clock: Clock, store: ScriptStore): ScriptStore {
	return {
		run: async (...args) => {
			const response = await store.run(...args);
			await new Promise<void>((resolve) => clock.at(clock.now(), resolve));
			return response;
		},
		subscribe: (channel, listener) =>
			store.subscribe(channel, (message) => void clock.at(clock.now(), () => listener(message))),
	};
}
