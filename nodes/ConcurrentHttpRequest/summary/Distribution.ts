import Int32Histogram from 'hdr-histogram-js/dist/Int32Histogram';

/** Of durations, in milliseconds. */
export interface Percentiles {
	readonly mean: number;
	readonly p50: number;
	readonly p90: number;
	readonly p99: number;
	readonly max: number;
}

/** Values of the histogram in a millisecond. */
const RESOLUTION = 100;

/** Milliseconds. Longer durations count as this long, save in the maximum and the mean. */
const LONGEST = 24 * 60 * 60 * 1000;

/** A percentile is off by less than 1 %. */
const SIGNIFICANT_DIGITS = 2;

/** How durations are distributed: an HdrHistogram, which takes 15 kB however many there are. */
export class Distribution {
	count = 0;
	private sum = 0;
	private max = 0;
	private histogram: Int32Histogram | undefined;

	/** @param duration milliseconds, from 0 */
	record(duration: number): void {
		this.count++;
		this.sum += duration;
		if (duration > this.max) this.max = duration;
		const value = Math.round(Math.min(duration, LONGEST) * RESOLUTION);
		this.ensureHistogram().recordValue(value);
	}

	/** Counts all that another distribution has counted. */
	add(other: Distribution): void {
		this.count += other.count;
		this.sum += other.sum;
		this.max = Math.max(this.max, other.max);
		if (other.histogram) this.ensureHistogram().add(other.histogram);
	}

	/** @returns `undefined` where nothing was recorded */
	percentiles(): Percentiles | undefined {
		const { histogram, count, sum, max } = this;
		if (!histogram) return undefined;
		const at = (percentile: number) =>
			Math.min(max, histogram.getValueAtPercentile(percentile) / RESOLUTION);
		return { mean: sum / count, p50: at(50), p90: at(90), p99: at(99), max };
	}

	private ensureHistogram(): Int32Histogram {
		return (this.histogram ??= new Int32Histogram(1, LONGEST * RESOLUTION, SIGNIFICANT_DIGITS));
	}
}
