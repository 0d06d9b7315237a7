/** The coefficient of variation is no less: requests in one queue share what they wait for. */
const LEAST_VARIATION = 0.6;

/** Milliseconds; keeps ratios finite where a clock cannot tell a latency from nothing. */
const LEAST = 0.001;

/** Latencies of requests that ended while one limit held. */
export class Latencies {
	count = 0;
	private sum = 0;
	private squares = 0;

	/** @param latency milliseconds */
	add(latency: number): void {
		const value = Math.max(LEAST, latency);
		this.count++;
		this.sum += value;
		this.squares += value * value;
	}

	join(other: Latencies): void {
		this.count += other.count;
		this.sum += other.sum;
		this.squares += other.squares;
	}

	/** How much slower others are: the logarithm of the ratio of the means, and its standard error. */
	compare(others: Latencies): { slower: number; error: number } {
		return {
			slower: Math.log(others.mean / this.mean),
			error: Math.hypot(this.error, others.error),
		};
	}

	private get mean(): number {
		return this.sum / this.count;
	}

	/** The standard error of the mean, as a share of it. */
	private get error(): number {
		const variance = Math.max(0, this.squares / this.count / this.mean ** 2 - 1);
		return Math.max(LEAST_VARIATION, Math.sqrt(variance)) / Math.sqrt(this.count);
	}
}
