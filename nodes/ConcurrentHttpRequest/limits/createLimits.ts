import type { Limit } from './Limit';
import { PerOriginConcurrency } from './concurrency/PerOriginConcurrency';
import { Batching } from './rate/Batching';
import { RateBudget, type RateBudgetOptions } from './rate/RateBudget';
import type { Terms } from './shared/SharedLimit';

/** Limits that a run shares with others, by what they share. */
export interface SharedTerms extends Terms {
	/** What tells it from all else that is shared: the id of a credential, a name. */
	readonly key: string;
}

/** Where runs share limits: within this process, or with others. */
export interface ShareRegistry {
	join(key: string, terms: Terms): { readonly limit: Limit; leave(): void };
}

export interface RunLimits {
	/** Requests in flight to each origin; any number, if left out. */
	readonly maxConcurrencyPerHost?: number;
	/** Budgets of this run alone. */
	readonly budgets: readonly RateBudgetOptions[];
	readonly batching?: {
		/** Requests; a whole number from 1. */
		readonly size: number;
		/** Milliseconds. */
		readonly pause: number;
	};
	readonly shared: readonly SharedTerms[];
}

/**
 * Makes the limits of one run, without the limit of its own concurrency.
 *
 * @returns the limits for its admission, and `leave`, to be called when the run has ended
 */
export function limitsOfRun(
	{ maxConcurrencyPerHost, budgets, batching, shared }: RunLimits,
	registry: ShareRegistry,
): { limits: Limit[]; leave: () => void } {
	const limits: Limit[] = [];
	if (maxConcurrencyPerHost !== undefined) {
		limits.push(new PerOriginConcurrency(maxConcurrencyPerHost));
	}
	if (batching) limits.push(new Batching(batching.size, batching.pause));
	limits.push(...budgets.map((options) => new RateBudget(options)));
	// What is shared comes last: it keeps a turn for a run only if nothing else holds that run back.
	const shares = shared.map(({ key, ...terms }) => registry.join(key, terms));
	limits.push(...shares.map(({ limit }) => limit));
	return {
		limits,
		leave: () => {
			for (const share of shares) share.leave();
		},
	};
}
