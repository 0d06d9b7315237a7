import type { Clock } from '../../../common/Clock';
import script from './exchange.lua';
import { type ScriptStore, StoreUnavailable } from './ScriptStore';
import * as timing from './timing';

/** What a run reports and asks for; times in milliseconds. Read by exchange.lua. */
export interface ExchangeRequest {
	/** The run. */
	readonly member: string;
	readonly process: string;
	/** Counts the run's calls, from 1; a call that comes after a later one changes nothing. */
	readonly seq: number;
	/** The data set that the run knows, empty at first; and the name of a new one if there is none. */
	readonly epoch: string;
	readonly newEpoch: string;
	/** The run is over. */
	readonly leave: boolean;
	/** The limit of requests in flight, if there is one; what the run has in flight. */
	readonly slots?: number | undefined;
	readonly held: number;
	/** How many requests would start now. */
	readonly want: number;
	/** The rate limits. */
	readonly budgets: ReadonlyArray<{
		/** Identifies the rate limit within the name, so that differing settings do not mix. */
		readonly id: string;
		readonly limit: number;
		readonly interval: number;
		/** What one request takes of it. */
		readonly cost: number;
		/** What was granted, has started, and may still be on its way to the server. */
		readonly open: number;
		/** Milliseconds from a start until the request has certainly arrived there. */
		readonly latestArrival: number;
		/**
		 * Arrivals that were not reported yet, or all that count where the run is over: number of the
		 * entry, amount, age in milliseconds.
		 */
		readonly uses: ReadonlyArray<readonly [id: number, amount: number, age: number]>;
	}>;
	/** See timing.ts. */
	readonly lease: number;
	readonly fresh: number;
	readonly settle: number;
	readonly valid: number;
	/** When the keys expire if nobody calls. */
	readonly expire: number;
}

export interface ExchangeResponse {
	/** The call came after a later one of the same run; nothing else is set. */
	readonly stale: boolean;
	/** If it is not the run's own, Redis has lost what was reported. */
	readonly epoch: string;
	/** How many requests may start now. */
	readonly granted: number;
	/** What was short, where less was granted than was asked for. */
	readonly short: 'none' | 'slots' | 'budget' | 'settling';
	/** Which rate limit was, where one was. */
	readonly budget?: string;
	/** Milliseconds after which asking again makes sense; below 0: when woken. */
	readonly after: number;
	/** Slots that the run may keep while others wait; below 0: all. */
	readonly keep: number;
	/** How many processes have runs with this name, this one included. */
	readonly processes: number;
}

/** The names in Redis of what belongs to one name of limits. */
interface RedisKeys {
	readonly all: readonly string[];
	/** Followed by the run, the channel on which it is woken. */
	readonly channels: string;
}

/**
 * The braces are a hash tag: a cluster keeps all keys with the same one on one node. Braces are not allowed
 * within them, so they are percent-encoded, as is all that would make the name ambiguous.
 */
export function redisKeys(name: string, rateLimitIds: readonly string[]): RedisKeys {
	const prefix = `n8n-concurrent-http:{${encodeURIComponent(name)}}`;
	const rateLimits = rateLimitIds.flatMap((id) =>
		['ends', 'amounts', 'sums'].map((part) => `${prefix}:budget:${id}:${part}`),
	);
	return {
		all: [`${prefix}:state`, `${prefix}:runs`, ...rateLimits],
		channels: `${prefix}:wake:`,
	};
}

/** @throws what the store throws, and {@link StoreUnavailable} where it does not respond in time */
export async function exchange(
	store: ScriptStore,
	clock: Clock,
	keys: RedisKeys,
	request: ExchangeRequest,
): Promise<ExchangeResponse> {
	const { promise: late, reject } = Promise.withResolvers<never>();
	const cancel = clock.at(clock.now() + timing.CALL_TIMEOUT, () =>
		reject(new StoreUnavailable('It did not respond in time')),
	);
	try {
		const response = store.run(script, keys.all, [JSON.stringify(request), keys.channels]);
		return JSON.parse(await Promise.race([response, late])) as ExchangeResponse;
	} finally {
		cancel();
	}
}
