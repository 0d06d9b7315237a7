import type { Outcome } from '../Limit';
import { originPausedUntil, type RateLimitInfo } from './rateLimitInfo';
import { COUNTED_WITHIN, type StartedRequest, type StartedRequests } from './StartedRequests';

/** The requests that are left, according to the responses so far. */
interface Remaining {
	/** Requests may be started as long as fewer than this have been started in all. */
	mayStart: number;
	/** The number of the request whose response told this; the latest request counts. */
	toldBy: number;
	/** The least that any response told before the reset. */
	least: number;
	/** `silent` when the request was started whose response told the least. */
	silent: number;
	readonly limit: number | undefined;
	/** The clock's milliseconds; `undefined` when that time has passed without news. */
	resetAt: number | undefined;
}

/** Milliseconds by which the same reset may be told differently, since it counts whole seconds. */
const ROUNDING = 1100;
const NOTHING: RateLimitInfo = {};

/**
 * When a server says how many requests are left, no more than that are sent: the run slows down as
 * the end comes near, stops before the server refuses, and goes on at the reset.
 *
 * A response that says "r remaining" was written at some moment of its request's flight, and the
 * server may have counted other requests of that time before or after. Two things are sure, and the
 * better one holds:
 *
 * - The response leaves out at most the requests that were uncounted when its own was started. If `E`
 *   had been counted then, requests up to number `E + r + 1` may be started: `mayStart`. Of two
 *   responses the one to the later request is the newer, whichever arrives first.
 * - The least `r` since the reset leaves out at most the requests that are uncounted now, and those
 *   that have ended without telling since its request was started.
 *
 * So fewer and fewer are in flight near the end, down to the last one. The reset gives back `limit`,
 * or where the server has not named it one request, whose response tells. What other clients take
 * from the same quota shows in the next response.
 *
 * A quota of something else, such as tokens, is told once it is used up, and without a number of requests
 * that it allows. It is kept apart: what is left of the requests says nothing about it.
 */
export class HeaderLimiter {
	readonly label = "the server's rate limit, stated in its headers";
	/** Requests that were counted without a response that told what is left. */
	silent = 0;
	private readonly requests: StartedRequests;
	/** The latest statements: about a quota of requests (`true`), and about any other quota (`false`). */
	private readonly told = new Map<boolean, Remaining>();

	constructor(requests: StartedRequests) {
		this.requests = requests;
	}

	availableAt(now: number): number {
		let time = now;
		for (const told of this.told.values()) time = Math.max(time, this.allowedAt(told, now));
		return time;
	}

	private allowedAt(told: Remaining, now: number): number {
		const { requests } = this;
		const uncounted = requests.uncountedSince(0, now);
		if (told.resetAt !== undefined && now >= told.resetAt) {
			told.mayStart = requests.started - uncounted + (told.limit ?? 1);
			told.least = 0;
			told.resetAt = undefined;
		}
		if (requests.started < told.mayStart) return now;
		if (uncounted + this.silent - told.silent < told.least) return now;
		if (uncounted > 0) return Math.min(told.resetAt ?? Infinity, requests.oneLessAt(0, now));
		return told.resetAt ?? now;
	}

	end(request: StartedRequest, { status, rateLimit = NOTHING }: Outcome, now: number): void {
		const { remaining, limit, resetAt } = rateLimit;
		if (status !== undefined && isRetryAfter(status, rateLimit)) {
			// It takes precedence over the reset, also over one that was told before
			// (draft-ietf-httpapi-ratelimit-headers, on Retry-After).
			this.told.clear();
			return;
		}
		const { number: toldBy, countedBefore, silentBefore: silent, startedAt } = request;
		// A response that took long tells what was left long ago.
		const isOld = now - startedAt > COUNTED_WITHIN;
		if (isOld && [...this.told.values()].some((told) => toldBy < told.toldBy)) return;
		if (remaining === undefined || resetAt === undefined) {
			if (request.countedAt === undefined) this.silent++;
		} else if (resetAt > now) {
			const mayStart = countedBefore + remaining + 1;
			const latest: Remaining = { mayStart, toldBy, least: remaining, silent, limit, resetAt };
			const isOfRequests = limit !== undefined;
			const former = this.told.get(isOfRequests);
			if (former) combine(latest, former);
			this.told.set(isOfRequests, latest);
		} else return;
		// The server tells no more: hold nothing back on what it told before.
		if (status !== undefined) this.forgetExpired();
	}

	private forgetExpired(): void {
		for (const [kind, { resetAt }] of this.told) if (resetAt === undefined) this.told.delete(kind);
	}
}

/** Whether the origin is left alone until the time in Retry-After. */
function isRetryAfter(status: number, info: RateLimitInfo): boolean {
	return info.retryAt !== undefined && originPausedUntil(status, info) === info.retryAt;
}

/** What two responses tell together. */
function combine(latest: Remaining, former: Remaining): void {
	if (latest.toldBy < former.toldBy) {
		latest.mayStart = former.mayStart;
		latest.toldBy = former.toldBy;
	}
	if (latest.resetAt === undefined || former.resetAt === undefined) return;
	const later = latest.resetAt - former.resetAt;
	if (later > ROUNDING) return;
	// A response from before the last reset tells nothing about the time after it.
	if (later < -ROUNDING || former.least < latest.least) {
		latest.least = former.least;
		latest.silent = former.silent;
	}
	latest.resetAt = Math.max(latest.resetAt, former.resetAt);
}
