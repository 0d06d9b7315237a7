/** Something that counts towards a budget at a moment. */
export interface Counted {
	/** Milliseconds. */
	readonly time: number;
	readonly cost: number;
}

/**
 * The most that any window [t, t + interval) holds, as a server's sliding window log would see it.
 *
 * @param events in any order; they are sorted in place
 * @param interval milliseconds
 */
export function mostInWindow(events: Counted[], interval: number): number {
	events.sort((a, b) => a.time - b.time);
	let most = 0;
	let sum = 0;
	let first = 0;
	for (const { time, cost } of events) {
		sum += cost;
		// An event exactly one interval ago is in a window of its own.
		while (events[first]!.time <= time - interval) sum -= events[first++]!.cost;
		most = Math.max(most, sum);
	}
	return most;
}
