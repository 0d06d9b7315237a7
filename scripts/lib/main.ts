import { stopAllChildren } from './children.ts';
import { endOnSignals } from './interruption.ts';
import { PlainError } from './PlainError.ts';

export interface ProgramOptions {
	/** Ctrl-C is how it is meant to end, not a failure. */
	runsUntilInterrupted?: boolean;
}

/**
 * Runs a command-line program to its end: ends the children it started, and sets the exit code. A
 * signal ends both as well.
 */
export async function runProgram(
	program: () => Promise<void>,
	{ runsUntilInterrupted = false }: ProgramOptions = {},
): Promise<never> {
	const interruption = endOnSignals(runsUntilInterrupted ? 0 : undefined);
	let exitCode = 0;
	try {
		await program();
	} catch (error) {
		// What fails because its child was stopped is no news.
		if (interruption.aborted) return await new Promise<never>(() => {});
		exitCode = 1;
		process.stderr.write(`\n${describe(error)}\n`);
	}
	await stopAllChildren();
	process.exit(exitCode);
}

function describe(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const own = error instanceof PlainError ? error.message : (error.stack ?? error.message);
	return error.cause === undefined ? own : `${own}\nbecause: ${describe(error.cause)}`;
}
