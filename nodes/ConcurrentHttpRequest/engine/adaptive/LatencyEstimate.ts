/**
 * The coefficient of variation is taken to be no less than this. Latencies in a queue are all alike,
 * because they share what they wait for; they vary together, from one moment to the next.
 */
const LEAST_VARIATION = 0.7;

/** The mean latency of requests that ended while one limit held, and how exactly it is known. */
export class LatencyEstimate {
	private count = 0;
	private sum = 0;
	private squares = 0;
	private inFlightSum = 0;

	/**
	 * @param latency milliseconds
	 * @param inFlight just before the request ended
	 */
	add(latency: number, inFlight: number): void {
		this.count++;
		this.sum += latency;
		this.squares += latency * latency;
		this.inFlightSum += inFlight;
	}

	/** Requests that ended; less where older ones were forgotten in part. */
	get samples(): number {
		return this.count;
	}

	/** Milliseconds. */
	get mean(): number {
		return Math.max(this.sum / this.count, Number.MIN_VALUE);
	}

	/** Requests in flight, on average. */
	get inFlight(): number {
		return this.inFlightSum / this.count;
	}

	/**
	 * Standard error of the mean as a share of it: the latencies' coefficient of variation over the
	 * root of their number.
	 */
	get error(): number {
		const variance = Math.max(0, this.squares / this.count - this.mean ** 2);
		const variation = Math.max(LEAST_VARIATION, Math.sqrt(variance) / this.mean);
		return variation / Math.sqrt(this.count);
	}

	/** Joins what was measured later, and lets what is older count for so much of itself, 0 to 1. */
	join(later: LatencyEstimate, share: number): void {
		this.count = this.count * share + later.count;
		this.sum = this.sum * share + later.sum;
		this.squares = this.squares * share + later.squares;
		this.inFlightSum = this.inFlightSum * share + later.inFlightSum;
	}
}
