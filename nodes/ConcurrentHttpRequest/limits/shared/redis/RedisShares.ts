import type { Terms } from '../SharedLimit';
import { RedisLimits, type RedisLimitsOptions } from './RedisLimits';
import type { SharedLimitsAway } from './SharedLimitsAway';

export interface RedisSharesOptions extends Omit<RedisLimitsOptions, 'name' | 'limits' | 'run'> {
	/** A name unlike any other, each time, without `|`. */
	readonly newName: () => string;
	/** The limits cannot be kept: the run should end with this. May be told more than once. */
	readonly onFailure: (error: SharedLimitsAway) => void;
}

/** What one run shares through Redis. For `limitsOfRun`, in place of what runs of a process share. */
export class RedisShares {
	private readonly options: RedisSharesOptions;

	constructor(options: RedisSharesOptions) {
		this.options = options;
	}

	/** `leave` waits for nothing; Redis is told as soon as may be. */
	join(key: string, terms: Terms): { readonly limit: RedisLimits; leave(): void } {
		const { newName, onFailure, ...options } = this.options;
		const limit = new RedisLimits({ ...options, name: key, limits: terms, run: newName() });
		limit.onFailure(onFailure);
		return { limit, leave: () => void limit.close() };
	}
}
