/** The figures of one run of one client. Times in milliseconds, memory in bytes. */
export interface Figures {
	items: number;
	/** The client's own: the node's execution time, or from the first request to the last answer. */
	time: number;
	requestsPerSecond: number;
	/** Of the n8n process, or of the client's own. */
	cpuSeconds: number | undefined;
	/** Most memory resident while it ran. */
	memoryPeak: number | undefined;
	/** How much of it was added while it ran. */
	memoryGrowth: number | undefined;
	connections: number;
	mostInFlight: number;
	/** Items without the right answer. */
	failures: number;
	loopDelayMax: number | undefined;
	loopDelayP99: number | undefined;
	/** Calls of n8n's expression engine for each item. */
	engineCallsPerItem: number | undefined;
	/** Share of the time in which the server was busy, 0 to 1. */
	serverBusy: number;
}

export type Run = { died?: undefined; figures: Figures } | { died: string; figures?: undefined };
