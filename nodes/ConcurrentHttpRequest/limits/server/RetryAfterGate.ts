import type { Outcome } from '../Limit';
import { originPausedUntil } from './rateLimitInfo';
import type { StartedRequest, StartedRequests } from './StartedRequests';

/** Requests in flight to an origin after which a pause is no longer felt. */
const RAMP_END = 1000;

/**
 * A server that says "wait" is left alone until the latest time that it named: it would refuse any
 * other request as well, and many a quota counts what is refused.
 *
 * Afterwards one request goes first. Each success allows one more in flight, which doubles them with
 * every round trip, as TCP's slow start does (RFC 5681 section 3.1). So a server that is still not
 * ready refuses one request, and one that is ready does not meet all of them at once. Requests from
 * before the pause do not count, and one without a response after two seconds makes room for another.
 */
export class RetryAfterGate {
	readonly label = 'the server (Retry-After)';
	private readonly requests: StartedRequests;
	/** Nothing is started before this time of the clock. */
	private until = -Infinity;
	/** How many requests may be in flight; grows after a pause, from 1. */
	private allowed = Infinity;
	/** The number of the last request that was started before the pause. */
	private pausedAfter = 0;

	constructor(requests: StartedRequests) {
		this.requests = requests;
	}

	availableAt(now: number): number {
		if (now < this.until) return this.until;
		if (this.allowed === Infinity) return now;
		const isFree = this.requests.uncountedSince(this.pausedAfter, now) < this.allowed;
		return isFree ? now : this.requests.oneLessAt(this.pausedAfter, now);
	}

	end({ startedAt }: StartedRequest, { status, rateLimit }: Outcome): void {
		if (status === undefined || !rateLimit) return;
		const until = originPausedUntil(status, rateLimit);
		if (until !== undefined) {
			this.until = Math.max(this.until, until);
			this.allowed = 1;
			this.pausedAfter = this.requests.started;
			return;
		}
		// A response to a request from before the pause tells nothing about the time after it.
		const isNews = startedAt >= this.until && status < 500 && status !== 429;
		if (isNews && this.allowed < RAMP_END) this.allowed++;
	}
}
