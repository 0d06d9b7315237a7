/** Something for which at least one request waits at this moment. */
export interface CurrentWait {
	/** To be read after "waiting for": `the limit of 100 requests a minute`. */
	readonly label: string;
	/** `https://api.example.com` where only requests to it wait. */
	readonly origin?: string;
	/** The clock's milliseconds; `Infinity` where nobody knows. */
	readonly until: number;
}

/** The waits that go on at this moment. */
export class CurrentWaits {
	private readonly waits = new Set<CurrentWait>();

	/** @returns to be called when the wait has ended */
	begin(wait: CurrentWait): () => void {
		this.waits.add(wait);
		return () => this.waits.delete(wait);
	}

	list(): CurrentWait[] {
		return [...this.waits];
	}
}
