/** What the server saw since it was last asked to forget. */
export interface ServerCounts {
	requests: number;
	connections: number;
	mostInFlight: number;
	/** Share of the time in which the server's event loop was busy, 0 to 1: at 1 it is the limit. */
	busy: number;
}

/** Counts requests and connections. */
export class Counters {
	private requests = 0;
	private connections = 0;
	private inFlight = 0;
	private mostInFlight = 0;
	private since = performance.eventLoopUtilization();

	reset(): void {
		this.requests = 0;
		this.connections = 0;
		this.mostInFlight = this.inFlight;
		this.since = performance.eventLoopUtilization();
	}

	connectionOpened(): void {
		this.connections++;
	}

	requestStarted(): void {
		this.requests++;
		this.inFlight++;
		if (this.inFlight > this.mostInFlight) this.mostInFlight = this.inFlight;
	}

	/** Answered, or given up because the client went away. */
	requestEnded(): void {
		this.inFlight--;
	}

	counts(): ServerCounts {
		const { requests, connections, mostInFlight } = this;
		const busy = performance.eventLoopUtilization(this.since).utilization;
		return { requests, connections, mostInFlight, busy };
	}
}
