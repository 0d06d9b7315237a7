import type { AttemptObserver } from '../limits/AttemptResult';

/** What a run did, counted while it does it. */
export class RunStatistics {
	/** Requests that were started. */
	requests = 0;
	/** Connections that were opened. */
	connections = 0;
	/** The most requests that were in flight at the same time. */
	mostInFlight = 0;
	private inFlight = 0;
	private readonly ended = (): void => {
		this.inFlight--;
	};
	private readonly failures = new Map<string, number>();

	readonly observe: AttemptObserver = () => {
		this.requests++;
		this.inFlight++;
		if (this.inFlight > this.mostInFlight) this.mostInFlight = this.inFlight;
		return this.ended;
	};

	connectionOpened(): void {
		this.connections++;
	}

	/** @param kind what failures of this kind have in common, such as `503` or `timeout` */
	itemFailed(kind: string): void {
		this.failures.set(kind, (this.failures.get(kind) ?? 0) + 1);
	}

	/** Failures by kind, the most frequent first. */
	failuresByKind(): Array<{ readonly kind: string; readonly count: number }> {
		return [...this.failures]
			.map(([kind, count]) => ({ kind, count }))
			.sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
	}
}
