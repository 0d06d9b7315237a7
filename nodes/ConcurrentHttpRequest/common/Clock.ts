/**
 * Time, handed to whatever waits or measures, so that tests simulate a day of traffic in a
 * second. All times are milliseconds on one scale that never runs backwards.
 */
export interface Clock {
	/** Milliseconds since an arbitrary start. */
	now(): number;
	/**
	 * Calls once, at a time or as soon as possible after it; never before, and never synchronously.
	 *
	 * @returns ends the waiting
	 */
	at(time: number, callback: () => void): () => void;
}

/** The longest that Node's timers can wait, in milliseconds; a longer delay fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
	now: () => performance.now(),
	at(time, callback) {
		let timer: NodeJS.Timeout;
		const arm = (): void => {
			const left = time - performance.now();
			if (left > LONGEST_TIMER) timer = setTimeout(arm, LONGEST_TIMER);
			// Node's timers count whole milliseconds and may fire a fraction of one early.
			else timer = setTimeout(fire, Math.max(0, Math.ceil(left)));
		};
		const fire = (): void => {
			if (performance.now() < time) arm();
			else callback();
		};
		arm();
		return () => clearTimeout(timer);
	},
};
