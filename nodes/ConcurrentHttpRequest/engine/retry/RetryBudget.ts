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

const SLICES = 10;

/**
 * Keeps retries to a share of the traffic. When a server fails for everybody, every request is
 * tried again, and a limit for each request multiplies the load by its number of tries; a limit for
 * all of them adds a fifth at most, and lets single failures be retried as before.
 *
 * A bucket of tokens as in Finagle (twitter/finagle, `RetryBudget.scala`): a request puts in
 * `share`, a retry takes one, what was put in leaks out after `timeToLive`. The time is cut into ten
 * slices, each with its own balance, which is forgotten as a whole. One budget serves one server.
 */
export class RetryBudget {
	private readonly options: RetryBudgetOptions;
	private readonly balances = new Float64Array(SLICES);
	private slice: number;

	constructor(options: RetryBudgetOptions, now: number) {
		this.options = options;
		this.slice = this.sliceAt(now);
	}

	/** A request was started for the first time. */
	deposit(now: number): void {
		this.addToSlice(this.options.share, now);
	}

	/** @returns whether a retry is allowed; if so, it is counted */
	withdraw(now: number): boolean {
		// Five times 0.2 need not be 1 exactly.
		if (this.balance(now) < 1 - 1e-9) return false;
		this.addToSlice(-1, now);
		return true;
	}

	/** Retries that are allowed at this moment. */
	balance(now: number): number {
		this.moveTo(now);
		const { minimumPerSecond, timeToLive } = this.options;
		const reserve = (minimumPerSecond * timeToLive) / 1000;
		return reserve + this.balances.reduce((sum, each) => sum + each, 0);
	}

	private addToSlice(amount: number, now: number): void {
		this.moveTo(now);
		const index = this.slice % SLICES;
		this.balances[index] = (this.balances[index] ?? 0) + amount;
	}

	private moveTo(now: number): void {
		const slice = this.sliceAt(now);
		const gone = Math.min(SLICES, slice - this.slice);
		for (let i = 1; i <= gone; i++) this.balances[(this.slice + i) % SLICES] = 0;
		this.slice = slice;
	}

	private sliceAt(now: number): number {
		return Math.floor(now / (this.options.timeToLive / SLICES));
	}
}
