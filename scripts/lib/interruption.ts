import { constants } from 'node:os';
import { killAllChildren, stopAllChildren } from './children.ts';

/**
 * On Ctrl-C, on SIGTERM and when the terminal is closed, ends the children of this process and then
 * the process. A second Ctrl-C ends everything at once.
 * @param exitCode the one that tells the signal, unless told
 * @returns aborted when the first signal has come
 */
export function endOnSignals(exitCode?: number): AbortSignal {
	const interruption = new AbortController();
	const interrupt = (signal: NodeJS.Signals) => {
		if (interruption.signal.aborted) {
			// The shell and the kernel both send it when a terminal is closed.
			if (signal === 'SIGHUP') return;
			killAllChildren();
			process.exit(130);
		}
		interruption.abort();
		process.stderr.write('\nStopping ...\n');
		void stopAllChildren().finally(() => {
			// Some may have been started in the meantime.
			killAllChildren();
			process.exit(exitCode ?? 128 + constants.signals[signal]);
		});
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
	// A write to a terminal that is gone fails, and would end this process before its children.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
	return interruption.signal;
}
