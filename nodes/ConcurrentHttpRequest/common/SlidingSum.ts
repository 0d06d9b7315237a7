const SLICES = 10;

/**
 * The sum of what was added within the last `window` milliseconds, for the circuit breaker and the retry
 * budget. The window has ten slices, each of which leaves as a whole when it is between 0.9 and 1
 * windows old.
 */
export class SlidingSum {
	private readonly sliceLength: number;
	private readonly slices = new Float64Array(SLICES);
	/** The number of the current slice. */
	private current = 0;

	/** @param window milliseconds, above 0 */
	constructor(window: number) {
		this.sliceLength = window / SLICES;
	}

	add(amount: number, now: number): void {
		this.moveTo(now);
		const index = this.current % SLICES;
		this.slices[index] = (this.slices[index] ?? 0) + amount;
	}

	at(now: number): number {
		this.moveTo(now);
		return this.slices.reduce((sum, each) => sum + each, 0);
	}

	clear(): void {
		this.slices.fill(0);
	}

	private moveTo(now: number): void {
		const slice = Math.max(this.current, Math.floor(now / this.sliceLength));
		const gone = Math.min(SLICES, slice - this.current);
		for (let i = 0; i < gone; i++) this.slices[(slice - i) % SLICES] = 0;
		this.current = slice;
	}
}
