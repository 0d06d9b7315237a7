import { SlidingSum } from '../../common/SlidingSum';

/** How many retries there may be. */
export interface RetryBudgetOptions {
	/** Retries for each request, 0 to 1: 0.2 allows one retry for five requests. */
	readonly share: number;
	/** Retries a second that are always allowed, so that a run of few requests can retry as well. */
	readonly minimumPerSecond: number;
	/** Milliseconds for which a request allows retries. */
	readonly timeToLive: number;
}

/** Finagle's defaults. */
export const DEFAULT_RETRY_BUDGET: RetryBudgetOptions = {
	share: 0.2,
	minimumPerSecond: 10,
	timeToLive: 10_000,
};

/**
 * Keeps retries to a share of the traffic. When a server fails for everybody, every request is
 * tried again, and a limit per request multiplies the load by its number of tries. A limit for all
 * requests adds a fifth at most, and always lets some be made each second, so that single failures are
 * retried as before.
 *
 * A token bucket as in Finagle (twitter/finagle, `RetryBudget.scala`): a request puts in `share`, a
 * retry takes one, and what was put in leaks out after `timeToLive`. One budget serves one server.
 */
export class RetryBudget {
	private readonly options: RetryBudgetOptions;
	private readonly tokens: SlidingSum;

	constructor(options: RetryBudgetOptions) {
		this.options = options;
		this.tokens = new SlidingSum(options.timeToLive);
	}

	/** A request was started for the first time. */
	deposit(now: number): void {
		this.tokens.add(this.options.share, now);
	}

	/** @returns whether a retry is allowed; if so, it is counted */
	withdraw(now: number): boolean {
		// Five times 0.2 need not be 1 exactly.
		if (this.balance(now) < 1 - 1e-9) return false;
		this.tokens.add(-1, now);
		return true;
	}

	/** Retries that are allowed at this moment. */
	balance(now: number): number {
		const { minimumPerSecond, timeToLive } = this.options;
		return (minimumPerSecond * timeToLive) / 1000 + this.tokens.at(now);
	}
}
