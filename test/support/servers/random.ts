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
