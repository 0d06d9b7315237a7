/** What a run did, counted while it does it. */
export class RunStatistics {
	/** Requests that were started. */
	requests = 0;
	/** Connections that were opened. */
	connections = 0;
	/** The most requests that were in flight at the same time. */
	mostInFlight = 0;
	private inFlight = 0;
	/** Attempts beyond each item's first. */
	retries = 0;
	/** Attempts that the retry budget did not allow. */
	retriesNotMade = 0;
	private readonly failures = new Map<string, number>();
	private readonly retryCauses = new Map<string, number>();

	requestStarted(): void {
		this.requests++;
		this.inFlight++;
		if (this.inFlight > this.mostInFlight) this.mostInFlight = this.inFlight;
	}

	requestEnded(): void {
		this.inFlight--;
	}

	connectionOpened(): void {
		this.connections++;
	}

	/** @param kind what failures of this kind have in common, such as `503` or `timeout` */
	itemFailed(kind: string): void {
		count(this.failures, kind);
	}

	/** @param cause what was tried again, such as `503` or `timeout` */
	retried(cause: string): void {
		this.retries++;
		count(this.retryCauses, cause);
	}

	retryNotMade(): void {
		this.retriesNotMade++;
	}

	/** Failures by kind, the most frequent first. */
	failuresByKind(): Counted[] {
		return mostFrequentFirst(this.failures);
	}

	/** Retries by cause, the most frequent first. */
	retriesByCause(): Counted[] {
		return mostFrequentFirst(this.retryCauses);
	}
}

interface Counted {
	readonly kind: string;
	readonly count: number;
}

function count(counts: Map<string, number>, kind: string): void {
	counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

function mostFrequentFirst(counts: ReadonlyMap<string, number>): Counted[] {
	return [...counts]
		.map(([kind, count]) => ({ kind, count }))
		.sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}
