import { NOT_TRIED } from './RunStatistics';
import { describeCount, describeNumber } from '../common/describeNumber';
import type { Clock } from '../common/Clock';
import { describeDuration } from '../common/describeDuration';

/** The condition that ends a run early. */
export type StopAfterOptions =
	| {
			readonly after: 'time';
			/** Milliseconds, above 0. */
			readonly time: number;
	  }
	| {
			readonly after: 'failedItems';
			/** From 1. */
			readonly failedItems: number;
	  }
	| {
			readonly after: 'failedShare';
			/** The share of the ended items, above 0 up to 1. */
			readonly failedShare: number;
			/** Items that must have ended before the share counts, from 1. */
			readonly minimumItems: number;
	  };

/**
 * Ends a run early: after a time, or when too many items have failed. A bad credential, or a server that
 * is down, fails the rest of the items as well: the user learns it sooner, and fewer requests are sent in
 * vain. Requests in flight finish, because their servers may already have carried them out.
 */
export class StopAfter {
	private readonly options: StopAfterOptions;
	private readonly clock: Clock;
	private readonly controller = new AbortController();
	/** `5 min`, or `3 of 5 items had failed`; `undefined` where the run was not ended early. */
	stoppedAfter: string | undefined;
	private cancelTimer: (() => void) | undefined;
	private ended = 0;
	private failed = 0;

	constructor(options: StopAfterOptions, clock: Clock) {
		this.options = options;
		this.clock = clock;
	}

	/** Aborted when the run is to end, with a {@link SkippedItem} as its reason. */
	get signal(): AbortSignal {
		return this.controller.signal;
	}

	/** The run begins. To be called once, and {@link close} when the run has ended. */
	begin(): void {
		if (this.options.after !== 'time') return;
		const { time } = this.options;
		this.cancelTimer = this.clock.at(this.clock.now() + time, () =>
			this.stop(
				describeDuration(time),
				'Run the workflow for the rest, or raise the time of Options > Stop After.',
			),
		);
	}

	/** To be called for each item that ended, but not for those that were skipped. */
	itemEnded(hasFailed: boolean): void {
		this.ended++;
		if (!hasFailed) return;
		this.failed++;
		if (this.hasTooManyFailures()) {
			this.stop(
				`${describeNumber(this.failed)} of ${describeCount(this.ended, 'item')} had failed`,
				'Correct what failed, and run the workflow for the rest.',
			);
		}
	}

	/** Ends the timer. */
	close(): void {
		this.cancelTimer?.();
	}

	private hasTooManyFailures(): boolean {
		const { options, failed, ended } = this;
		if (options.after === 'failedItems') return failed >= options.failedItems;
		if (options.after === 'failedShare') {
			return ended >= options.minimumItems && failed / ended >= options.failedShare;
		}
		return false;
	}

	private stop(after: string, hint: string): void {
		if (this.signal.aborted) return;
		this.stoppedAfter = after;
		this.controller.abort(new SkippedItem(`the run stopped after ${after}`, hint));
	}
}

/** An item was not sent, or not sent to its end, because the run had stopped. */
export class SkippedItem extends Error {
	override readonly name = 'SkippedItem';
	/** The word under which it is counted. */
	readonly kind: typeof NOT_TRIED | 'not finished';
	/** To be read after "Not tried: ". */
	readonly why: string;
	/** Advice for the user. */
	readonly hint: string;

	/** @param why to be read after "Not tried: " */
	constructor(why: string, hint: string, hasBegun = false) {
		super(`${hasBegun ? 'Not finished' : 'Not tried'}: ${why}`);
		this.kind = hasBegun ? 'not finished' : NOT_TRIED;
		this.why = why;
		this.hint = hint;
	}

	/** The same for an item of which something had been sent: a page, or a request that was redirected. */
	begun(): SkippedItem {
		const { why, hint } = this;
		return new SkippedItem(why, `The server may have carried out what was sent. ${hint}`, true);
	}
}
