/**
 * The coefficient of variation is taken to be no less than this. Latencies in a queue are all alike,
 * because they share what they wait for; they vary together, from one moment to the next.
 */
const LEAST_VARIATION = 0.7;

/** Milliseconds; keeps ratios finite where a clock cannot tell a latency from nothing. */
const LEAST_MEAN = 0.001;

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

	/** Requests that ended. */
	get samples(): number {
		return this.count;
	}

	/** Milliseconds; NaN while nothing has ended. */
	get mean(): number {
		return Math.max(this.sum / this.count, LEAST_MEAN);
	}

	/** Requests in flight, on average. */
	get inFlight(): number {
		return this.inFlightSum / this.count;
	}

	/**
	 * Standard error of the mean as a share of it: the latencies' coefficient of variation over the
	 * root of their number. Infinity while nothing has ended.
	 */
	get error(): number {
		if (this.count === 0) return Infinity;
		const variance = Math.max(0, this.squares / this.count - this.mean ** 2);
		const variation = Math.max(LEAST_VARIATION, Math.sqrt(variance) / this.mean);
		return variation / Math.sqrt(this.count);
	}

	/** Adds what was measured elsewhere. */
	join(other: LatencyEstimate): void {
		this.count += other.count;
		this.sum += other.sum;
		this.squares += other.squares;
		this.inFlightSum += other.inFlightSum;
	}
}
