import { describeNumber } from '../../common/describeNumber';
import { describeDuration } from '../../common/describeDuration';
import { type AdmissionRequest, isUnderWay, type Limit } from '../Limit';

/**
 * HTTP Request's option of the same name: a pause after every `size` requests that were started. It bounds
 * neither the concurrency nor what a window holds; a `RateLimit` does.
 */
export class Batching implements Limit<void> {
	readonly label: string;
	private readonly size: number;
	private readonly pause: number;
	/** Requests of the current batch that were started. */
	private started = 0;
	private resumesAt = -Infinity;

	/**
	 * @param size requests a batch; a whole number from 1
	 * @param pause milliseconds from the start of a batch's last request to the next batch
	 */
	constructor(size: number, pause: number) {
		this.size = size;
		this.pause = pause;
		this.label = `the pauses of ${describeDuration(pause)} between batches of ${describeNumber(size)}`;
	}

	availableAt(request: AdmissionRequest, now: number): number {
		// HTTP Request counts items, and follows a redirect at once.
		return isUnderWay(request) ? now : Math.max(now, this.resumesAt);
	}

	take(request: AdmissionRequest, now: number): void {
		if (isUnderWay(request)) return;
		this.started++;
		if (this.started < this.size) return;
		this.started = 0;
		this.resumesAt = now + this.pause;
	}
}
