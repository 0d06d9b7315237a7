/** Turns of the event loop in which nothing has happened: what goes on then waits for a timer. */
const QUIET_TURNS = 12;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Has jest replace all that tells or waits for time, but for turns of the event loop. */
export function useVirtualTime(): void {
	jest.useFakeTimers({
		doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'hrtime'],
		now: Date.UTC(2026, 0, 1),
	});
}

/** Lets everything go on that needs no timer. */
export async function settle(): Promise<void> {
	for (let quiet = 0; quiet < QUIET_TURNS; quiet++) await turn();
}

/**
 * Lets virtual time pass, from timer to timer, until work is done.
 *
 * @throws when nothing is left that could end the work, or after too many timers
 */
export async function passTimeUntil<T>(work: Promise<T>, mostTimers = 100_000): Promise<T> {
	let settled = false;
	const settle_ = () => (settled = true);
	work.then(settle_, settle_);
	for (let timers = 0; ; timers++) {
		for (let quiet = 0; quiet < QUIET_TURNS && !settled; quiet++) await turn();
		if (settled) return await work;
		if (jest.getTimerCount() === 0) throw new Error('Nothing goes on any more');
		if (timers === mostTimers) throw new Error(`Not done after ${timers} timers`);
		jest.advanceTimersToNextTimer();
	}
}
