/** The slot of a task among those in progress. */
export interface Slot {
	/**
	 * Lets another task start while this one waits for something other than its own work, such as a
	 * rate limit or its next retry, so that one slow account does not hold up everything.
	 *
	 * @param wait must not depend on what other tasks do next, or they may wait for each other
	 */
	releaseDuring(wait: Promise<unknown>): void;
}
