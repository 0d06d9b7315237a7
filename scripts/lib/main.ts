import { killAllChildren, stopAllChildren } from './children.ts';
import { PlainError } from './PlainError.ts';

export interface ProgramOptions {
	/** Ctrl-C is how it is meant to end, not a failure. */
	runsUntilInterrupted?: boolean;
}

/**
 * Runs a command-line program to its end: ends the children it started, sets the exit code, and
 * does the same on Ctrl-C and SIGTERM. A second Ctrl-C ends everything at once.
 */
export async function runProgram(
	program: () => Promise<void>,
	{ runsUntilInterrupted = false }: ProgramOptions = {},
): Promise<never> {
	const interruption = new AbortController();
	const interrupt = (signal: NodeJS.Signals) => {
		if (interruption.signal.aborted) {
			killAllChildren();
			process.exit(130);
		}
		interruption.abort();
		process.stderr.write('\nStopping ...\n');
		const exitCode = signal === 'SIGINT' ? 130 : 143;
		void stopAllChildren().finally(() => process.exit(runsUntilInterrupted ? 0 : exitCode));
	};
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', interrupt);

	let exitCode = 0;
	try {
		await program();
	} catch (error) {
		// What fails because its child was stopped is no news.
		if (interruption.signal.aborted) return await new Promise<never>(() => {});
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
