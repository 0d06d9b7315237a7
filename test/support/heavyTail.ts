/** Milliseconds after which a request ends that has no response. */
export const TIMEOUT = 30_000;

/**
 * A latency from a Pareto distribution: p50 60 ms, p99 10 s, and 0.4 % beyond the time-out.
 *
 * @param random from 0 to below 1
 * @returns milliseconds
 */
export function heavyTailed(random: number): number {
	const exponent = Math.log(10_000 / 60) / Math.log(50);
	return 60 * (0.5 / (1 - random)) ** exponent;
}
