import type { Clock } from './Clock';

/** Milliseconds of work in one turn of the event loop; the rest waits for the next turn. */
const SLICE = 10;

/**
 * Cuts the work of a run into slices, one for each turn of the event loop. Evaluating an item's parameters
 * takes n8n's engine about half a millisecond, and so does reading a response of 100 kB. Without slices,
 * hundreds of items that are due at once hold the event loop for more than a second, and n8n's editor and
 * other workflows stall.
 *
 * One piece of work may exceed a slice, since none can be interrupted.
 */
export class TimeSlices {
	private readonly clock: Pick<Clock, 'now'>;
	/** First in, first out. */
	private readonly waiting: Array<() => void> = [];
	/** When this turn's slice began; `undefined` where no work has begun in this turn. */
	private began: number | undefined;

	constructor(clock: Pick<Clock, 'now'>) {
		this.clock = clock;
	}

	/**
	 * To be called right before a piece of work that is done without waiting.
	 *
	 * @returns `undefined` where there is time left; else resolves in a turn that has some
	 */
	next(): Promise<void> | undefined {
		const isFree = this.waiting.length === 0;
		if (this.began === undefined) this.begin();
		return isFree && this.hasTime() ? undefined : this.queued();
	}

	/**
	 * The same for work that begins only some promises later. Always waits, so that earlier work has been
	 * done when it begins.
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

	/** Resumes work in its order, one piece after the other, while there is time. */
	private release(): void {
		this.waiting.shift()?.();
		// A tick that is set within a microtask comes when all promises have been dealt with. By then
		// the work is done, however many promises it took.
		queueMicrotask(() => {
			process.nextTick(() => {
				if (this.waiting.length > 0 && this.hasTime()) this.release();
			});
		});
	}
}
