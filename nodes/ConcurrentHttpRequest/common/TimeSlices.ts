import type { Clock } from './Clock';

/** Milliseconds of a turn of the event loop that may be filled before the rest waits for the next. */
const SLICE = 10;

/**
 * Cuts the work of a run into slices, one for each turn of the event loop, so that many items that
 * are due at once do not hold the loop, and all of n8n with it. Evaluating an item's parameters
 * takes n8n's engine about half a millisecond, and so does reading an answer of 100 kB: with hundreds
 * in flight that adds up.
 *
 * A slice may be exceeded by one piece of work, since none can be interrupted.
 */
export class TimeSlices {
	private readonly clock: Pick<Clock, 'now'>;
	/** In the order in which they asked. */
	private readonly waiting: Array<() => void> = [];
	/** When this turn's slice began; `undefined` where nobody has asked in this turn. */
	private began: number | undefined;

	constructor(clock: Pick<Clock, 'now'>) {
		this.clock = clock;
	}

	/**
	 * To be asked right before a piece of work that is done without waiting.
	 *
	 * @returns `undefined` where there is time left; else resolves in a turn that has some
	 */
	next(): Promise<void> | undefined {
		const isFree = this.waiting.length === 0;
		if (this.began === undefined) this.begin();
		return isFree && this.hasTime() ? undefined : this.queued();
	}

	/**
	 * The same for work that begins only some promises later. It always waits, so that those who asked
	 * before have done their work when it begins.
	 */
	queued(): Promise<void> {
		if (this.began === undefined) this.begin();
		return new Promise((resolve) => this.waiting.push(resolve));
	}

	private hasTime(): boolean {
		return this.began !== undefined && this.clock.now() - this.began < SLICE;
	}

	private begin(): void {
		this.began = this.clock.now();
		setImmediate(() => {
			this.began = undefined;
			if (this.waiting.length === 0) return;
			this.begin();
			this.release();
		});
	}

	/** Lets them go on one after the other, while there is time. */
	private release(): void {
		this.waiting.shift()?.();
		// A tick that is set within a microtask comes when all promises have been dealt with: by then
		// the work is done, however many promises were on its way.
		queueMicrotask(() => {
			process.nextTick(() => {
				if (this.waiting.length > 0 && this.hasTime()) this.release();
			});
		});
	}
}
