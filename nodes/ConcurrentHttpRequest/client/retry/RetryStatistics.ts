/** Counts the retries of a run. */
export class RetryStatistics {
	/** Attempts beyond each item's first. */
	retries = 0;
	/** Attempts that the retry budget did not allow. */
	notMade = 0;
	private readonly causes = new Map<string, number>();

	retried(cause: string): void {
		this.retries++;
		this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1);
	}

	withheld(): void {
		this.notMade++;
	}

	/** What was tried again, the most frequent first. */
	byCause(): Array<{ readonly cause: string; readonly count: number }> {
		return [...this.causes]
			.map(([cause, count]) => ({ cause, count }))
			.sort((a, b) => b.count - a.count || (a.cause < b.cause ? -1 : 1));
	}
}
