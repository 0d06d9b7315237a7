/** Which cases are generated: `DIFFERENTIAL_SEED`, or others each time. */
export const seed = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000);

/** How many cases an engine gets: `DIFFERENTIAL_CASES`, or what is usual in a test. */
export function casesOr(usual: number): number {
	return Number(process.env.DIFFERENTIAL_CASES ?? usual);
}
