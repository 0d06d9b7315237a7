import type { Figures } from '../measure/Run.ts';

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: number[]): number | undefined {
	const sorted = values.toSorted((a, b) => a - b);
	const half = sorted.length / 2;
	const lower = sorted[Math.ceil(half) - 1];
	const upper = sorted[Math.floor(half)];
	return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}

/** Of each figure by itself. */
export function medianFigures(runs: Figures[]): Figures | undefined {
	const [first] = runs;
	if (!first) return undefined;
	const names = Object.keys(first) as Array<keyof Figures>;
	const medians = names.map((name) => {
		const values = runs.map((run) => run[name]).filter((value) => value !== undefined);
		return [name, median(values)] as const;
	});
	return Object.fromEntries(medians) as unknown as Figures;
}
