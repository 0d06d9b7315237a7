import type { CircuitBreakerOptions } from '../limits/CircuitBreaker';
import type { FailureBudgetOptions } from '../client/FailureBudget';
import { type ConcurrencySettings, readConcurrency } from './concurrency';
import { readCircuitBreaker, readFailureBudget } from './faults';
import type { ItemParameters } from './ItemParameters';
import { type LimitSettings, readLimits } from './limits';
import { readRedisLimits, type RedisSettings } from './redisLimits';
import { readRetry, type RetrySettings } from './retry';

/** What the node's parameters say about the run as a whole. */
export interface RunSettings {
	readonly concurrency: ConcurrencySettings;
	readonly limits: LimitSettings;
	/** Where limits are shared through Redis. */
	readonly redis: RedisSettings | undefined;
	readonly retry: RetrySettings;
	/** `undefined` for none. */
	readonly circuitBreaker: CircuitBreakerOptions | undefined;
	/** `undefined` for none. */
	readonly failureBudget: FailureBudgetOptions | undefined;
}

/**
 * Reads what holds for the whole run.
 *
 * @param parameters of the first item: where they hold expressions, it decides
 * @throws {InvalidParameter}
 */
export function readRunSettings(parameters: ItemParameters): RunSettings {
	const retry = readRetry(parameters);
	return {
		concurrency: readConcurrency(parameters),
		limits: readLimits(parameters),
		redis: readRedisLimits(parameters),
		retry,
		circuitBreaker: readCircuitBreaker(parameters, retry.rules.totalTime),
		failureBudget: readFailureBudget(parameters),
	};
}
