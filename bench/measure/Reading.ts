/** What a process used between two moments. */
export interface Reading {
	/** All threads of the process. */
	cpuSeconds: number;
	/** Bytes resident at the beginning, after a garbage collection where there is one. */
	memoryBefore: number;
	/** Most bytes resident in between; undefined where the system does not tell (not Linux). */
	memoryPeak: number | undefined;
	/** Milliseconds by which the event loop was late: the longest, and 99 of 100 times at most. */
	loopDelayMax: number | undefined;
	loopDelayP99: number | undefined;
}
