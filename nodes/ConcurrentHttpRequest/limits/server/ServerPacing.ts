import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import { ChangeListeners } from '../ChangeListeners';
import { hostWaitsUntil, type ServerWord } from './serverWord';
import { COUNTED_WITHIN, Uncounted, type UncountedRequest } from './Uncounted';

interface Host {
	/** Requests started so far. */
	started: number;
	readonly uncounted: Uncounted;
	/** Requests that were counted without a response that told what is left. */
	silent: number;
	/** `undefined` while the server has not said what is left. */
	quota: Quota | undefined;
}

interface Quota {
	/** Requests may be started as long as fewer than this have been started in all. */
	mayStart: number;
	/** `started` when the request was sent whose answer told this; the latest request counts. */
	toldBy: number;
	/** The least that any response in this period told. */
	least: number;
	/** `silent` when the request was sent whose response told this. */
	silent: number;
	limit: number | undefined;
	/** The clock's milliseconds; `undefined` when that time has passed and no news have come. */
	resetAt: number | undefined;
}

/** A request, and what was known of its server when it was started. */
interface Started {
	readonly request: UncountedRequest;
	/** Requests started until then. */
	readonly started: number;
	/** Those of them that the server had surely counted. */
	readonly counted: number;
	/** Requests that had been counted without a response that told what is left. */
	readonly silent: number;
}

/** What a server tells that has not responded. */
const NOTHING: ServerWord = {};

/** Milliseconds by which the same reset may be told differently, since it counts whole seconds. */
const ROUNDING = 1100;

/**
 * When a server says how much is left of its quota, no more than that is sent: the run slows down
 * as the end comes near, stops before the wall, and goes on when the quota is full again.
 *
 * An answer that says "r remaining" was written at some moment of its request's flight, and the
 * server may have counted other requests of that time before or after. Two things are sure, and the
 * better one holds:
 *
 * - Not counted in it are at most those that were uncounted when this request was started
 *   ({@link Uncounted}). If `E` had been counted then, requests up to number `E + r + 1`, from the
 *   first of the run, may be started: `mayStart`. Of two responses the one to the later request is
 *   the newer word, whichever arrives first.
 * - The least `r` of this period has counted all that have told. Not counted in it are at most those
 *   that are uncounted now, and those that have not told since its request was started.
 *
 * So near the end there are fewer and fewer in flight, down to the last one.
 *
 * The reset gives back `limit`, or where the server has not named it one request, whose answer
 * tells. What others take from the same quota shows in the next answer.
 */
export class ServerPacing implements Limit<Started> {
	readonly perOrigin = true;
	readonly isImposed = true;
	readonly label = "the server's quota";
	private readonly hosts = new Map<string, Host>();
	private readonly listeners = new ChangeListeners();
	readonly onChange = this.listeners.add;

	availableAt({ origin }: AdmissionRequest, now: number): number {
		const host = this.hosts.get(origin);
		if (!host?.quota) return now;
		const { quota, uncounted } = host;
		const size = uncounted.size(now);
		if (quota.resetAt !== undefined && now >= quota.resetAt) {
			quota.mayStart = host.started - size + (quota.limit ?? 1);
			quota.least = 0;
			quota.resetAt = undefined;
		}
		if (host.started < quota.mayStart) return now;
		if (size + host.silent - quota.silent < quota.least) return now;
		if (size > 0) return Math.min(quota.resetAt ?? Infinity, uncounted.lessAt(now));
		return quota.resetAt ?? now;
	}

	take({ origin }: AdmissionRequest, now: number): Started {
		const host = this.host(origin);
		const started = ++host.started;
		const request = host.uncounted.start(now);
		return { request, started, counted: started - host.uncounted.size(now), silent: host.silent };
	}

	release({ origin }: AdmissionRequest, outcome: Outcome, now: number, started: Started): void {
		const host = this.host(origin);
		this.learn(host, outcome, now, started);
		host.uncounted.end(started.request, now);
		if (host.quota) this.listeners.notify(origin);
	}

	private learn(
		host: Host,
		{ status, word = NOTHING }: Outcome,
		now: number,
		{ request, started, counted, silent }: Started,
	): void {
		const { remaining, limit, resetAt } = word;
		const { quota } = host;
		if (status !== undefined && isRetryAfter(status, word)) {
			// It takes precedence over the reset, also over one that was told before
			// (draft-ietf-httpapi-ratelimit-headers, on Retry-After).
			host.quota = undefined;
			return;
		}
		// A response that took long tells what was left long ago.
		if (quota && started < quota.toldBy && now - request.startedAt > COUNTED_WITHIN) return;
		if (remaining === undefined || resetAt === undefined) {
			host.silent++;
			// The server tells no more: hold nothing back on its old word.
			if (status !== undefined && quota?.resetAt === undefined) host.quota = undefined;
		} else if (resetAt > now) {
			const mayStart = counted + remaining + 1;
			host.quota = { mayStart, toldBy: started, least: remaining, silent, limit, resetAt };
			if (quota) combine(host.quota, quota);
		}
	}

	private host(origin: string): Host {
		let host = this.hosts.get(origin);
		if (!host) {
			const added: Host = {
				started: 0,
				uncounted: new Uncounted(() => added.silent++),
				silent: 0,
				quota: undefined,
			};
			this.hosts.set(origin, (host = added));
		}
		return host;
	}
}

/** Whether the whole host waits for the time in Retry-After. */
function isRetryAfter(status: number, word: ServerWord): boolean {
	return word.retryAt !== undefined && hostWaitsUntil(status, word) === word.retryAt;
}

/** What two answers tell together. */
function combine(quota: Quota, former: Quota): void {
	if (quota.toldBy < former.toldBy) {
		quota.mayStart = former.mayStart;
		quota.toldBy = former.toldBy;
	}
	if (quota.resetAt === undefined || former.resetAt === undefined) return;
	const later = quota.resetAt - former.resetAt;
	if (later > ROUNDING) return;
	// An answer from the period before tells nothing about this one.
	if (later < -ROUNDING || former.least < quota.least) {
		quota.least = former.least;
		quota.silent = former.silent;
	}
	quota.resetAt = Math.max(quota.resetAt, former.resetAt);
}
