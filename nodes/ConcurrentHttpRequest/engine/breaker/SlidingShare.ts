const SLICES = 10;

/** Counts how many of the attempts of the last so many milliseconds failed, in ten slices of time. */
export class SlidingShare {
	private readonly sliceLength: number;
	private readonly totals = new Uint32Array(SLICES);
	private readonly failures = new Uint32Array(SLICES);
	private slice = -Infinity;

	/** @param window milliseconds, above 0 */
	constructor(window: number) {
		this.sliceLength = window / SLICES;
	}

	add(isFailure: boolean, now: number): void {
		const index = this.moveTo(now);
		this.totals[index] = (this.totals[index] ?? 0) + 1;
		if (isFailure) this.failures[index] = (this.failures[index] ?? 0) + 1;
	}

	/** @returns how many attempts there were, and which share of them failed, 0 to 1 */
	read(now: number): { readonly total: number; readonly share: number } {
		this.moveTo(now);
		const sum = (a: number, b: number) => a + b;
		const total = this.totals.reduce(sum, 0);
		return { total, share: total === 0 ? 0 : this.failures.reduce(sum, 0) / total };
	}

	clear(): void {
		this.totals.fill(0);
		this.failures.fill(0);
	}

	/** Forgets the slices that have left the window. */
	private moveTo(now: number): number {
		const slice = Math.floor(now / this.sliceLength);
		const gone = Math.min(SLICES, slice - this.slice);
		for (let i = 0; i < gone; i++) {
			const index = (((slice - i) % SLICES) + SLICES) % SLICES;
			this.totals[index] = 0;
			this.failures[index] = 0;
		}
		this.slice = Math.max(slice, this.slice);
		return ((this.slice % SLICES) + SLICES) % SLICES;
	}
}
