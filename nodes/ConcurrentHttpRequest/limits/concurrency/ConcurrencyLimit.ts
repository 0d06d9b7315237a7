import type { AdmissionRequest, Limit } from '../Limit';

/** At most so many requests in flight. */
export class ConcurrencyLimit implements Limit<void> {
	readonly limit: number;
	/** Requests in flight. */
	inFlight = 0;

	/** @param limit a whole number from 1 */
	constructor(limit: number) {
		this.limit = limit;
	}

	availableAt(_request: AdmissionRequest, now: number): number {
		return this.inFlight < this.limit ? now : Infinity;
	}

	take(): void {
		this.inFlight++;
	}

	release(): void {
		this.inFlight--;
	}
}
