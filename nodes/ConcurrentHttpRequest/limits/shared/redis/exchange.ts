import type { Clock } from '../../../common/Clock';
import exchangeLua from './exchange.lua';
import { type Script, type ScriptStore, StoreAway } from './ScriptStore';
import * as timing from './timing';

const SCRIPT: Script = { name: 'exchange', lua: exchangeLua };

/** What a run reports and asks for; times in milliseconds. Read by exchange.lua. */
export interface Call {
	/** The run. */
	readonly member: string;
	readonly process: string;
	/** Counts the run's calls, from 1; a call that comes after a later one changes nothing. */
	readonly seq: number;
	/** The data that the run knows, empty at first; and its name if there is none. */
	readonly epoch: string;
	readonly newEpoch: string;
	/** The run is over. */
	readonly leave: boolean;
	/** The limit of requests in flight, if there is one; what the run has in flight. */
	readonly slots?: number | undefined;
	readonly held: number;
	/** How many requests would start now. */
	readonly want: number;
	readonly budgets: ReadonlyArray<{
		/** Names the budget within the name, so that differing settings do not mix. */
		readonly id: string;
		readonly limit: number;
		readonly interval: number;
		/** What one request takes of it. */
		readonly cost: number;
		/** What was granted, has started, and may still be on its way to the server. */
		readonly open: number;
		/** Milliseconds from a start until it has surely arrived there. */
		readonly latestArrival: number;
		/** Uses that have arrived and were not reported yet: number of the entry, amount, age. */
		readonly uses: ReadonlyArray<readonly [number, number, number]>;
	}>;
	/** See timing.ts. */
	readonly lease: number;
	readonly fresh: number;
	readonly settle: number;
	readonly valid: number;
	/** When the keys expire if nobody calls. */
	readonly expire: number;
}

export interface Answer {
	/** The call came after a later one of the same run; nothing else is set. */
	readonly stale: boolean;
	/** Another than the run's own: Redis lost what was reported. */
	readonly epoch: string;
	/** How many requests may start now. */
	readonly granted: number;
	/** What was short, where less was granted than was asked for. */
	readonly short: 'none' | 'slots' | 'budget' | 'settling';
	/** Milliseconds after which asking again makes sense; below 0: when woken. */
	readonly after: number;
	/** Slots that the run may keep while others wait; below 0: all. */
	readonly keep: number;
	/** How many processes have runs with this name, this one included. */
	readonly processes: number;
}

/** The names in Redis of what belongs to one name of limits. */
export interface Keys {
	readonly all: readonly string[];
	/** Followed by the run, the channel on which it is woken. */
	readonly channels: string;
}

/**
 * The braces are a hash tag: a cluster keeps all keys with the same one on one node. Within them
 * braces are not allowed, so they are percent-encoded, as is what makes the name ambiguous.
 */
export function keysOf(name: string, budgetIds: readonly string[]): Keys {
	const prefix = `n8n-concurrent-http:{${encodeURIComponent(name)}}`;
	const budgets = budgetIds.flatMap((id) =>
		['ends', 'amounts', 'sums'].map((part) => `${prefix}:budget:${id}:${part}`),
	);
	return {
		all: [`${prefix}:state`, `${prefix}:runs`, ...budgets],
		channels: `${prefix}:wake:`,
	};
}

/** @throws what the store throws, and {@link StoreAway} where it does not answer in time */
export async function exchange(
	store: ScriptStore,
	clock: Clock,
	keys: Keys,
	call: Call,
): Promise<Answer> {
	let cancel: (() => void) | undefined;
	const late = new Promise<never>((_, reject) => {
		cancel = clock.at(clock.now() + timing.CALL_TIMEOUT, () =>
			reject(new StoreAway('It did not answer in time')),
		);
	});
	try {
		const answer = store.run(SCRIPT, keys.all, [JSON.stringify(call), keys.channels]);
		return JSON.parse(await Promise.race([answer, late])) as Answer;
	} finally {
		cancel?.();
	}
}
