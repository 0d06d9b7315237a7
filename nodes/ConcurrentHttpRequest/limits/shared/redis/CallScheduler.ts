import type { Clock } from '../../../common/Clock';
import { Timer } from '../../../common/Timer';
import * as timing from './timing';

interface CallSchedulerOptions {
	readonly clock: Clock;
	/** From 0 up to 1. */
	readonly random: () => number;
	/** Makes one call, and tells `succeeded` when Redis has responded. */
	readonly call: () => Promise<void>;
	/** When the next call is due, if nothing happens before. */
	readonly dueAt: () => number;
	/** A call has failed; `awayFor` is for how many milliseconds calls have failed. */
	readonly onFailure: (error: Error, awayFor: number) => void;
}

/**
 * Decides when a run calls Redis: one call at a time, one call for all that is due in a turn of the event
 * loop, one timer for whatever is due first, and backoff while Redis is away.
 */
export class CallScheduler {
	private readonly options: CallSchedulerOptions;
	private readonly clock: Clock;
	private readonly timer: Timer;
	private isCalling = false;
	private callAgain = false;
	private isClosed = false;
	private failures = 0;
	private awaySince: number | undefined;
	/** While Redis is away: when to try again. */
	private retryAt = -Infinity;

	constructor(options: CallSchedulerOptions) {
		this.options = options;
		this.clock = options.clock;
		this.timer = new Timer(options.clock, () => {
			if (this.isCalling) return;
			if (this.clock.now() >= this.nextAt) this.callNow();
			else this.schedule();
		});
	}

	/** Whether the last call failed. */
	get isAway(): boolean {
		return this.awaySince !== undefined;
	}

	/** For how many milliseconds Redis has been away; 0 if it is not. */
	awayFor(now: number): number {
		return this.awaySince === undefined ? 0 : now - this.awaySince;
	}

	/** Redis has responded. */
	succeeded(): void {
		this.awaySince = undefined;
	}

	callNow(): void {
		if (this.isClosed || this.callAgain) return;
		if (this.isAway && this.clock.now() < this.retryAt) return this.schedule();
		this.callAgain = true;
		queueMicrotask(() => {
			if (this.isCalling) return;
			this.callAgain = false;
			if (!this.isClosed) void this.call();
		});
	}

	/** To be called when `dueAt` may have become earlier. */
	schedule(): void {
		// After a call this is done anyway.
		if (this.isClosed || this.isCalling || this.callAgain) return;
		const due = this.nextAt;
		if (due < this.timer.time) this.timer.set(due);
	}

	/** No call is made any more. */
	close(): void {
		this.isClosed = true;
		this.timer.set(Infinity);
	}

	private get nextAt(): number {
		return this.isAway ? this.retryAt : this.options.dueAt();
	}

	private async call(): Promise<void> {
		this.isCalling = true;
		try {
			await this.options.call();
			this.failures = 0;
		} catch (error) {
			this.failed(error instanceof Error ? error : new Error(String(error)));
		} finally {
			this.isCalling = false;
			const again = this.callAgain && !this.isAway;
			this.callAgain = false;
			if (again) this.callNow();
			this.schedule();
		}
	}

	private failed(error: Error): void {
		const now = this.clock.now();
		this.awaySince ??= now;
		const { first, longest } = timing.RETRY;
		const backoff = Math.min(longest, first * 2 ** this.failures++);
		this.retryAt = now + backoff * (0.5 + 0.5 * this.options.random());
		this.options.onFailure(error, now - this.awaySince);
	}
}
