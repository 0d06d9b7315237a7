/** Latencies count as no more than so many times the median: one that takes 100 times as long is chance. */
const CLIP = 5;

/** The coefficient of variation is no less: requests in one queue share what they wait for. */
const LEAST_VARIATION = 0.6;

/** Of a long time at one limit, the latest that are remembered. */
const MEMORY = 256;

/** Milliseconds; keeps ratios finite where a clock cannot tell a latency from nothing. */
const LEAST = 0.001;

/** Latencies of requests that ended while one limit held. */
export class Latencies {
	private values: number[] = [];

	get count(): number {
		return this.values.length;
	}

	/** @param latency milliseconds */
	add(latency: number): void {
		this.values.push(Math.max(LEAST, latency));
	}

	join(other: Latencies): void {
		this.values.push(...other.values);
	}

	forgetOld(): void {
		this.values = this.values.slice(-MEMORY);
	}

	/**
	 * How much slower others are: the logarithm of the ratio of the means, its standard error, and the one
	 * as a multiple of the other. All latencies are cut off at the same multiple of this median.
	 */
	compare(others: Latencies): { slower: number; error: number; sigmas: number } {
		const median = this.values.toSorted((one, other) => one - other)[this.count >> 1] ?? 0;
		const [own, other] = [this.logMean(CLIP * median), others.logMean(CLIP * median)];
		const slower = other.mean - own.mean;
		const error = Math.hypot(own.error, other.error);
		return { slower, error, sigmas: slower / error };
	}

	private logMean(most: number): { mean: number; error: number } {
		let sum = 0;
		let squares = 0;
		for (const value of this.values) {
			const clipped = Math.min(value, most);
			sum += clipped;
			squares += clipped * clipped;
		}
		const mean = sum / this.count;
		const variation = Math.sqrt(Math.max(0, squares / this.count / mean ** 2 - 1));
		return {
			mean: Math.log(mean),
			error: Math.max(LEAST_VARIATION, variation) / Math.sqrt(this.count),
		};
	}
}
