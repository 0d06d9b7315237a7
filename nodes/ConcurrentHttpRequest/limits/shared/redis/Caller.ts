import type { Clock } from '../../../common/Clock';
import { StoreAway } from './ScriptStore';
import * as timing from './timing';

export interface CallerOptions {
	readonly clock: Clock;
	/** From 0 up to 1. */
	readonly random: () => number;
	/** One call; tells `answered` when Redis has answered it. */
	readonly call: () => Promise<void>;
	/** When the next call is due, if nothing happens before. */
	readonly dueAt: () => number;
	/** A call has failed. */
	readonly onFailure: (failure: CallFailure) => void;
}

export interface CallFailure {
	readonly error: Error;
	/** Trying again does not help. */
	readonly isFatal: boolean;
	/** For how long Redis has been away, in milliseconds. */
	readonly awayFor: number;
}

/**
 * Decides when a run calls Redis: one call at a time, all who ask in one turn of the event loop in
 * one call, one timer for whatever is due first, and with growing pauses while Redis is away.
 */
export class Caller {
	private readonly options: CallerOptions;
	private readonly clock: Clock;
	private isCalling = false;
	private callAgain = false;
	private isClosed = false;
	private failures = 0;
	private awaySince: number | undefined;
	/** While Redis is away: when to try again. */
	private retryAt = -Infinity;
	private cancelTimer: (() => void) | undefined;
	private timerAt = Infinity;

	constructor(options: CallerOptions) {
		this.options = options;
		this.clock = options.clock;
	}

	/** Whether the last call failed. */
	get isAway(): boolean {
		return this.awaySince !== undefined;
	}

	/** For how long Redis has been away, in milliseconds; 0 if it is not. */
	awayFor(now: number): number {
		return this.awaySince === undefined ? 0 : now - this.awaySince;
	}

	/** Redis has answered: it is not away. */
	answered(): void {
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

	/** To be told when what is due has changed. */
	schedule(): void {
		// After a call this is done anyway.
		if (this.isClosed || this.isCalling || this.callAgain) return;
		const due = this.nextAt;
		if (due >= this.timerAt) return;
		this.cancelTimer?.();
		this.timerAt = due;
		this.cancelTimer = this.clock.at(due, () => {
			this.timerAt = Infinity;
			this.cancelTimer = undefined;
			if (this.isCalling) return;
			if (this.clock.now() >= this.nextAt) this.callNow();
			else this.schedule();
		});
	}

	/** No call is made any more. */
	close(): void {
		this.isClosed = true;
		this.cancelTimer?.();
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
		const isFatal = !(error instanceof StoreAway);
		this.options.onFailure({ error, isFatal, awayFor: now - this.awaySince });
	}
}
