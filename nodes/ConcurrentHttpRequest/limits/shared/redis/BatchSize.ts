/** The most requests that a run asks for at once. */
export const LARGEST_BATCH = 1_000;

/**
 * How many requests to ask for at once, since how many wait does not say how many of them may start
 * as far as the run's other limits are concerned: twice as many as last
 * time if those were used up, as many as were used if some were left over (compare slow start and
 * its opposite in TCP, RFC 5681). A run that is short of work so keeps little from others, and one
 * with much work needs few round trips.
 */
export class BatchSize {
	private size: number;
	private granted = 0;
	private used = 0;

	/** @param first how many to ask for at first */
	constructor(first = 1) {
		this.size = first;
	}

	/** How many requests to ask for now. */
	next(): number {
		if (this.granted > 0 && this.used >= this.granted)
			this.size = Math.min(LARGEST_BATCH, this.size * 2);
		this.granted = 0;
		return this.size;
	}

	wasGranted(asked: number, granted: number): void {
		// Less than was asked for says nothing about how much there is to do.
		this.granted = granted < asked ? 0 : granted;
		this.used = 0;
	}

	/** One request that was granted has started. */
	wasUsed(): void {
		this.used++;
	}

	/** What was not used of the last grant is given back. */
	wasLeftOver(): void {
		this.size = Math.max(1, Math.min(this.size, this.used));
		this.granted = 0;
	}
}
