import type { Limit } from '../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';

/** So many in flight, whatever the server says: what an adaptive limit is compared with. */
export class FixedLimit implements Limit<void> {
	private readonly limit: number;
	private inFlight = 0;

	constructor(limit: number) {
		this.limit = limit;
	}

	availableAt(_ask: unknown, now: number): number {
		return this.inFlight < this.limit ? now : Infinity;
	}

	take(): void {
		this.inFlight++;
	}

	release(): void {
		this.inFlight--;
	}
}
