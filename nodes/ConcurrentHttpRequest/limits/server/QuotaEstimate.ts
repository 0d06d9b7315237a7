import type { Outcome } from '../Limit';
import { originPausedUntil } from './rateLimitInfo';
import { RefillRate } from './RefillRate';
import type { StartedRequest, StartedRequests } from './StartedRequests';

/** A quota as observed: so many requests in any period of this length. */
interface Quota {
	count: number;
	/** Milliseconds. */
	window: number;
	/** Whether it was seen from the beginning of a period to its end, or a second period confirms it. */
	isProven: boolean;
}

/** Periods without a refusal after which it is tried whether the server allows more; doubles. */
const FIRST_PATIENCE = 10;
const LONGEST_PATIENCE = 160;
/** Requests in a period beyond which none are remembered, and no quota is learned. */
const MOST_REMEMBERED = 20_000;
/** Requests beyond the quota that are accepted until one more of them may be in flight. */
const TRIALS_TO_GROW = 20;
/** Milliseconds that a run may be late for the beginning of a period and still see all of it. */
const ROUNDING = 1500;

/**
 * Learns a quota that the server does not state from what it does: `count` requests went well
 * between one "come back then" and the next, which lie `window` apart. From then on a request is
 * started only if fewer than `count` were counted in the `window` before it (a sliding window log), so
 * that the server refuses once, and not all requests in flight again in every period. The log has the
 * times of responses, since the server counted a request before it responded. The same rule fits
 * servers that count fixed periods and sliding ones.
 *
 * - A run begins somewhere within a period. A quota learned there is not proven: requests beyond it are
 *   sent one at a time, and later few at a time, until the next refusal.
 * - If the second period ends much too early, it was none: the server has tokens that refill, and from
 *   then on the run keeps the pace at which they do ({@link RefillRate}).
 * - Whether more is allowed is tried after ten periods without a refusal, as above, then after 20,
 *   and so on. Such a trial raises the quota or confirms it, and never lowers it.
 * - A refusal at any other time replaces the quota by what the server has just accepted.
 *
 * Only 429 counts: other refusals are about the server's health and not about a number.
 */
export class QuotaEstimate {
	readonly label = "the server's rate limit, learned from its refusals";
	private readonly requests: StartedRequests;
	private quota: Quota | undefined;
	/** Where the quota turned out to be tokens that come back one by one. */
	private refill: RefillRate | undefined;
	/** When the server had surely counted requests, in order: the last `quota.count` and more. */
	private readonly counted: number[] = [];
	/** When the period that is being watched began; the clock's milliseconds. */
	private since = 0;
	/** Whether it began when the server said, rather than somewhere within a period. */
	private isWhole = false;
	/** The number of the last request that was started before it. */
	private startedBefore = 0;
	/** Requests started since then and accepted. */
	private accepted = 0;
	/** When the server allows requests again after it has refused one; `undefined` if it has not. */
	private refusedUntil: number | undefined;
	/** When the latest request was started that it has refused. */
	private refusedAt = -Infinity;
	/** Milliseconds that the latest refusal asked to wait. */
	private wait = 0;
	/** The refusals before those, and how many requests were accepted since. */
	private last: { readonly refusedAt: number; accepted: number } | undefined;
	/** Requests started beyond the quota since the latest refusal, to see whether more is allowed. */
	private beyond = 0;
	/** Periods to go without a refusal until more is tried. */
	private patience = FIRST_PATIENCE;
	private nextPatience = FIRST_PATIENCE;

	constructor(requests: StartedRequests) {
		this.requests = requests;
	}

	availableAt(now: number): number {
		const { quota, requests } = this;
		if (this.refill) return this.refill.availableAt();
		if (!quota) return now;
		const uncounted = requests.uncountedSince(this.startedBefore, now);
		const freeAt = this.freeFrom(quota, uncounted, now);
		if (freeAt <= now || (quota.isProven && this.patience > 0)) return freeAt;
		if (uncounted < 1 + Math.floor(this.beyond / TRIALS_TO_GROW)) return now;
		return Math.min(freeAt, requests.oneLessAt(this.startedBefore, now));
	}

	start(now: number): void {
		const { quota } = this;
		if (this.requests.started === 0) this.since = now;
		if (quota) {
			const uncounted = this.requests.uncountedSince(this.startedBefore, now);
			if (this.freeFrom(quota, uncounted, now) > now) this.beyond++;
		}
		if (this.refusedUntil !== undefined) {
			if (now >= this.refusedUntil) this.learn(this.refusedUntil, now);
		} else if (quota && !quota.isProven && now >= this.since + quota.window) {
			quota.isProven = this.accepted >= quota.count / 2;
		}
		this.refill?.take(now);
	}

	end(request: StartedRequest, { kind, status, rateLimit }: Outcome, now: number): void {
		const { startedAt } = request;
		if (status === 429) {
			const until = rateLimit && originPausedUntil(status, rateLimit);
			if (until !== undefined && startedAt >= this.since) {
				this.refusedUntil = Math.max(this.refusedUntil ?? -Infinity, until);
				this.refusedAt = Math.max(this.refusedAt, startedAt);
				this.wait = until - now;
			}
			this.revoke(request);
		} else if (kind === 'ok' || kind === 'failed') {
			if (request.countedAt === undefined) this.accept(startedAt, now);
			this.refill?.accept(startedAt);
		}
	}

	/** The server has accepted a request, and had counted it at that time. */
	accept(startedAt: number, time: number): void {
		const isOfThisPeriod = startedAt >= this.since;
		if (
			this.quota &&
			this.refusedUntil === undefined &&
			startedAt >= this.since + this.quota.window
		) {
			this.since = startedAt;
			this.accepted = 0;
			this.patience--;
		}
		if (isOfThisPeriod) this.accepted++;
		if (this.last && startedAt > this.last.refusedAt) this.last.accepted++;
		this.counted.push(time);
		if (this.counted.length > 2 * MOST_REMEMBERED) this.counted.splice(0, MOST_REMEMBERED);
	}

	/** A refusal took so long that its request had been taken for accepted. */
	private revoke({ startedAt, countedAt }: StartedRequest): void {
		const index = countedAt === undefined ? -1 : this.counted.lastIndexOf(countedAt);
		if (index < 0) return;
		this.counted.splice(index, 1);
		if (startedAt >= this.since && this.accepted > 0) this.accepted--;
		if (this.last && startedAt > this.last.refusedAt && this.last.accepted > 0) {
			this.last.accepted--;
		}
	}

	/**
	 * When one more request fits into the quota: one period after the newest count that must be over, so
	 * that the later ones and the uncounted requests together are fewer than the quota.
	 */
	private freeFrom({ count, window }: Quota, uncounted: number, now: number): number {
		const left = count - uncounted;
		if (left <= 0) return this.requests.oneLessAt(this.startedBefore, now);
		const blocking = this.counted[this.counted.length - left];
		return blocking === undefined ? -Infinity : blocking + window;
	}

	/** The server had refused requests, and the time it named has come: a period is over. */
	private learn(refusedUntil: number, now: number): void {
		const { quota, last, refusedAt, accepted } = this;
		const wasTrying = this.patience <= 0;
		this.startedBefore = this.requests.started;
		this.refusedUntil = undefined;
		this.beyond = 0;
		this.last = { refusedAt, accepted: 0 };
		if (this.isRefilling(last, refusedUntil)) return;
		if (wasTrying) {
			this.nextPatience = Math.min(LONGEST_PATIENCE, this.nextPatience * 2);
			this.patience = this.nextPatience;
		}
		if (wasTrying && quota?.isProven) {
			// A trial uses up the quota, so the refusal that ends it says only that there is no more.
			quota.count = Math.max(quota.count, accepted);
		} else if (accepted > 0 && accepted <= MOST_REMEMBERED) {
			const window = refusedUntil - this.since;
			this.quota = { count: accepted, window, isProven: this.isWhole };
		}
		this.isWhole = true;
		this.accepted = 0;
		// A run that had nothing to send did not use the beginning of the new period.
		this.since = Math.max(refusedUntil, now - ROUNDING);
	}

	/**
	 * Whether the server has tokens that come back one by one: the first period that the quota was
	 * believed for has ended much too early.
	 */
	private isRefilling(last: QuotaEstimate['last'], refusedUntil: number): boolean {
		const { quota, accepted, refusedAt, wait } = this;
		if (!this.refill && quota && !quota.isProven && last && accepted < quota.count / 2) {
			this.refill = new RefillRate(quota.count, last.refusedAt, last.accepted);
		}
		if (this.refill?.refuse(refusedAt, refusedUntil, wait)) return true;
		this.refill = undefined;
		return false;
	}
}
