/** The most requests for which a run asks at once. */
const LARGEST = 1_000;

/**
 * For how many requests a run asks at once. How many wait is only an upper bound, because the run's other
 * limits may let fewer of them start, and what is granted and not used is kept from other runs for a while.
 * So the size falls to what was used of the last grant if some was left over, and doubles if all was
 * used (compare slow start in TCP, RFC 5681 section 3.1).
 */
export class BatchSize {
	private size = LARGEST;
	private granted = 0;
	private used = 0;

	/** For how many requests to ask now. */
	next(): number {
		if (this.granted > 0 && this.used >= this.granted) {
			this.size = Math.min(LARGEST, this.size * 2);
		}
		this.granted = 0;
		return this.size;
	}

	wasGranted(wanted: number, granted: number): void {
		// Less than was wanted says nothing about how much there is to do.
		this.granted = granted < wanted ? 0 : granted;
		this.used = 0;
	}

	/** A request that was granted has started. */
	wasUsed(): void {
		this.used++;
	}

	/** The rest of the last grant was given back. */
	wasLeftOver(): void {
		this.size = Math.max(1, Math.min(this.size, this.used));
		this.granted = 0;
	}
}
