export interface FailureBudgetOptions {
	/** Items that may fail, from 0; `undefined` for any number. */
	readonly maxFailures: number | undefined;
	/** The share of items that may fail, 0 to 1; `undefined` for any share. */
	readonly maxShare: number | undefined;
	/** Items that must have ended before the share counts, from 1. */
	readonly minimumItems: number;
}

/**
 * Stops a run in which too many items fail. A bad credential, or a server that is down, fails the rest
 * of the items as well: the user learns it sooner, and fewer requests are sent in vain.
 */
export class FailureBudget {
	private readonly options: FailureBudgetOptions;
	private readonly controller = new AbortController();
	/** For example `3 of 5`: the failed and the ended items when it stopped the run. `undefined` before. */
	stoppedAfter: string | undefined;
	private ended = 0;
	private failed = 0;

	constructor(options: FailureBudgetOptions) {
		this.options = options;
	}

	/** Aborted, with a {@link SkippedItem} as its reason, when more items have failed than may. */
	get spent(): AbortSignal {
		return this.controller.signal;
	}

	/** To be called for each item that ended, but not for those that were skipped. */
	itemEnded(hasFailed: boolean): void {
		this.ended++;
		if (hasFailed) this.failed++;
		if (hasFailed && !this.spent.aborted && this.isExceeded()) {
			this.stoppedAfter = `${this.failed.toLocaleString('en-US')} of ${this.ended.toLocaleString('en-US')}`;
			const why = `the run stopped after ${this.stoppedAfter} items had failed`;
			this.controller.abort(new SkippedItem(why));
		}
	}

	private isExceeded(): boolean {
		const { maxFailures, maxShare, minimumItems } = this.options;
		if (maxFailures !== undefined && this.failed > maxFailures) return true;
		if (maxShare === undefined || this.ended < minimumItems) return false;
		return this.failed / this.ended > maxShare;
	}
}

/** An item was not sent because the run had stopped before its turn came. */
export class SkippedItem extends Error {
	override readonly name = 'SkippedItem';
	readonly why: string;

	/** @param why to be read after "Not tried: " */
	constructor(why: string) {
		super(`Not tried: ${why}`);
		this.why = why;
	}
}
