/** How often a terminal's line changes, and how often a line is added to a log. */
const TERMINAL_MS = 1_000;
const LOG_MS = 15_000;

export interface Progress {
	/** Stops, with a last line. */
	done: (message: string) => void;
	/** Stops without one. */
	stop: () => void;
}

/**
 * Shows that something slow goes on: on a terminal one line that changes every second,
 * elsewhere a line every 15 s. Writes to stderr.
 * @param detail what has been reached so far, asked for before each line; where it fails there is none
 */
export function showProgress(task: string, detail: () => Promise<string>): Progress {
	const terminal = process.stderr.isTTY;
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	const clear = () => terminal && process.stderr.write('\r\x1b[K');
	let stopped = false;
	const show = async () => {
		const reached = await detail().catch(() => undefined);
		// Unknown at the moment, or stopped while the detail was being looked up.
		if (reached === undefined || stopped) return;
		clear();
		process.stderr.write(`${task} ... ${reached} (${seconds()} s)${terminal ? '' : '\n'}`);
	};
	void show();
	const timer = setInterval(() => void show(), terminal ? TERMINAL_MS : LOG_MS);
	const stop = () => {
		stopped = true;
		clearInterval(timer);
		clear();
	};
	return {
		stop,
		done: (message) => {
			stop();
			process.stderr.write(`${message} (${seconds()} s)\n`);
		},
	};
}
