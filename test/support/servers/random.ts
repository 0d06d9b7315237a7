/** Uniform numbers from 0 to 1, the same for the same seed: T. Ettinger's mulberry32. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Exponentially distributed, with the given mean. */
export function exponential(mean: number, random: () => number): number {
	return -mean * Math.log(1 - random());
}

/**
 * Log-normally distributed, with the given mean.
 *
 * @param sigma standard deviation of the logarithm: 0.5 is uneven, 1 has a long tail
 */
export function logNormal(mean: number, sigma: number, random: () => number): number {
	const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
	return mean * Math.exp(sigma * normal - (sigma * sigma) / 2);
}

/**
 * Log-normally distributed with a tail so long that the mean says little: most requests are quick, and
 * a few take a hundred times as long.
 *
 * @param p50 the median
 * @param p99 what one in a hundred exceeds
 */
export function heavyTailed(p50: number, p99: number, random: () => number): number {
	const sigma = Math.log(p99 / p50) / 2.326;
	return logNormal(p50 * Math.exp((sigma * sigma) / 2), sigma, random);
}
