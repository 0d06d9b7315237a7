import { PerOriginConcurrency } from './concurrency/PerOriginConcurrency';
import type { Limit } from './Limit';
import { Batching } from './rate/Batching';
import { RateLimit, type RateLimitOptions } from './rate/RateLimit';
import type { SharedLimitOptions } from './shared/SharedLimit';

/** The limits that a user states for a run, without the concurrency of the run itself. */
export interface LimitOptions {
	/** Requests in flight to each origin; any number, if left out. */
	readonly maxConcurrencyPerHost?: number;
	/** Those of this run alone. */
	readonly rateLimits: readonly RateLimitOptions[];
	readonly batching?: {
		/** Requests; a whole number from 1. */
		readonly size: number;
		/** Milliseconds. */
		readonly pause: number;
	};
	readonly shared: readonly SharedLimitOptions[];
}

/**
 * @param join makes the run share a limit, within this process or through Redis
 * @returns the limits for the run's admission, and `leave`, to be called when the run has ended
 */
export function createLimits(
	{ maxConcurrencyPerHost, rateLimits, batching, shared }: LimitOptions,
	join: (options: SharedLimitOptions) => Limit & { leave(): void },
): { limits: Limit[]; leave: () => void } {
	const limits: Limit[] = [];
	if (maxConcurrencyPerHost !== undefined) {
		limits.push(new PerOriginConcurrency(maxConcurrencyPerHost));
	}
	if (batching) limits.push(new Batching(batching.size, batching.pause));
	limits.push(...rateLimits.map((options) => new RateLimit(options)));
	// What is shared comes last: it keeps a turn for a run only if nothing else holds that run back.
	const joined = shared.map(join);
	limits.push(...joined);
	return { limits, leave: () => joined.forEach((limit) => limit.leave()) };
}
