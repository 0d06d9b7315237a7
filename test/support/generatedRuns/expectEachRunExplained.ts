import fc from 'fast-check';
import { arbitraryRun } from './arbitraryRun.ts';
import { checkRun } from './checkRun.ts';
import type { RunSpec } from './RunSpec.ts';

/**
 * Performs so many random runs, others each time, or those of `RUNS_SEED`.
 *
 * @throws a test of the smallest run that breaks a promise
 */
export async function expectEachRunExplained(numRuns: number): Promise<void> {
	const seed = process.env.RUNS_SEED;
	const details = await fc.check(
		fc.asyncProperty(arbitraryRun, async (spec) => {
			const problems = await checkRun(spec);
			if (problems.length > 0) throw new Error(problems.join('\n'));
		}),
		{ numRuns, ...(seed !== undefined && { seed: Number(seed) }) },
	);
	const [spec] = details.counterexample ?? [];
	if (details.failed) throw new Error(spec ? asTest(spec, details) : 'Ended before its time');
}

function asTest(
	spec: RunSpec,
	{ seed, counterexamplePath, numRuns, errorInstance }: fc.RunDetails<[RunSpec]>,
): string {
	const text = JSON.stringify(spec, undefined, '\t').replaceAll('\n', '\n\t\t');
	return [
		errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
		`(run ${numRuns} of seed ${seed}, path ${counterexamplePath}). As a test:`,
		'',
		"it('explains each request of this run', async () => {",
		`\texpect(\n\t\tawait checkRun(${text}),\n\t).toEqual([]);`,
		'});',
	].join('\n');
}
