import type { Ask, Limit } from '../admission/Limit';
import type { AttemptObserver } from './AttemptResult';
import { ChangeListeners } from '../admission/ChangeListeners';

interface Host {
	/** Requests started so far. */
	started: number;
	/** Requests ended so far. */
	ended: number;
	/** `undefined` while the server has not said what is left. */
	quota: Quota | undefined;
}

interface Quota {
	/** Requests may be started as long as fewer than this have been started in all. */
	mayStart: number;
	/** `started` when the request was sent whose answer told this; the latest request counts. */
	toldBy: number;
	/** The least that any answer in this period told. */
	least: number;
	limit: number | undefined;
	/** The clock's milliseconds; `undefined` when that time has passed and no news have come. */
	resetAt: number | undefined;
}

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
 * - Uncounted are at most those that had not been answered when this request was started. If `E`
 *   had ended then, requests up to number `E + r + 1`, counted from the first of the run, may be
 *   started: `mayStart`. Of two answers the one to the later request is the newer word, whichever
 *   arrives first.
 * - All that were answered have been counted, so the least `r` of this period has counted them all.
 *   Uncounted are at most those that are in flight now.
 *
 * So near the end there are fewer and fewer in flight, down to the last one.
 *
 * The reset gives back `limit`, or where the server has not named it one request, whose answer
 * tells. What others take from the same quota shows in the next answer.
 */
export class ServerPacing implements Limit {
	readonly perOrigin = true;
	readonly label = "the server's quota";
	private readonly hosts = new Map<string, Host>();
	private readonly listeners = new ChangeListeners();
	readonly onChange = this.listeners.add;

	availableAt({ origin }: Ask, now: number): number {
		const host = this.hosts.get(origin);
		if (!host?.quota) return now;
		const { quota } = host;
		if (quota.resetAt !== undefined && now >= quota.resetAt) {
			quota.mayStart = host.ended + (quota.limit ?? 1);
			quota.least = 0;
			quota.resetAt = undefined;
		}
		const inFlight = host.started - host.ended;
		if (host.started < quota.mayStart || inFlight < quota.least) return now;
		if (quota.resetAt !== undefined) return quota.resetAt;
		return inFlight > 0 ? Infinity : now;
	}

	take({ origin }: Ask): void {
		this.host(origin).started++;
	}

	release({ origin }: Ask): void {
		const host = this.host(origin);
		host.ended++;
		if (host.quota) this.listeners.notify(origin);
	}

	readonly observe: AttemptObserver = ({ origin }) => {
		const host = this.host(origin);
		const { started, ended } = host;
		return (result, now) => {
			if (result.kind !== 'answered') return;
			const { remaining, limit, resetAt } = result.word;
			const { quota } = host;
			if (remaining === undefined || resetAt === undefined) {
				// The server tells no more: hold nothing back on its old word.
				if (quota?.resetAt === undefined) host.quota = undefined;
			} else if (resetAt > now) {
				const mayStart = ended + remaining + 1;
				host.quota = { mayStart, toldBy: started, least: remaining, limit, resetAt };
				if (quota) combine(host.quota, quota);
			}
		};
	};

	private host(origin: string): Host {
		let host = this.hosts.get(origin);
		if (!host) this.hosts.set(origin, (host = { started: 0, ended: 0, quota: undefined }));
		return host;
	}
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
	quota.least = later < -ROUNDING ? former.least : Math.min(quota.least, former.least);
	quota.resetAt = Math.max(quota.resetAt, former.resetAt);
}
