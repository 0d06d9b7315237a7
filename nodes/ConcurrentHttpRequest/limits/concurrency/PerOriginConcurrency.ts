import type { AdmissionRequest, Limit } from '../Limit';

/** At most so many requests in flight to each origin. */
export class PerOriginConcurrency implements Limit<void> {
	readonly perOrigin = true;
	readonly label = 'Max Concurrency per Host';
	private readonly limit: number;
	/** Requests in flight, of origins that have any. */
	private readonly inFlight = new Map<string, number>();

	/** @param limit a whole number from 1 */
	constructor(limit: number) {
		this.limit = limit;
	}

	availableAt({ origin }: AdmissionRequest, now: number): number {
		return (this.inFlight.get(origin) ?? 0) < this.limit ? now : Infinity;
	}

	take({ origin }: AdmissionRequest): void {
		this.inFlight.set(origin, (this.inFlight.get(origin) ?? 0) + 1);
	}

	release({ origin }: AdmissionRequest): void {
		const left = (this.inFlight.get(origin) ?? 0) - 1;
		if (left > 0) this.inFlight.set(origin, left);
		else this.inFlight.delete(origin);
	}
}
