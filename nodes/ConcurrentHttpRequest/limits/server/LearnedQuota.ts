import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import { ChangeListeners } from '../ChangeListeners';
import type { HostPause } from './HostPause';
import { RefillRate } from './RefillRate';
import { hostWaitsUntil } from './serverWord';
import { Uncounted, type UncountedRequest } from './Uncounted';

/** What a server has been seen to allow: so many requests in any period of this length. */
interface Quota {
	count: number;
	/** Milliseconds. */
	window: number;
	/** Whether it was seen from the beginning of a period to its end. */
	isWhole: boolean;
	/** Whether a period has begun anew where it says so. */
	isProven: boolean;
}

interface Host {
	readonly uncounted: Uncounted;
	/** When the period that is being watched began; the clock's milliseconds. */
	since: number;
	/** Whether it began with the server's word, rather than somewhere within a period. */
	isWhole: boolean;
	/** Requests started since then and accepted. */
	accepted: number;
	/** When the server allows requests again after it has refused one; `undefined` if it has not. */
	refusedUntil: number | undefined;
	/** When the latest request was started that it has refused. */
	refusedAt: number;
	/** For how long the latest refusal asked to wait, in milliseconds. */
	wait: number;
	/** Where the quota turned out to be tokens that come back one by one. */
	refill: RefillRate | undefined;
	/** When it did so the last time but this, and how many it has accepted since. */
	last: { refusedAt: number; until: number; accepted: number } | undefined;
	quota: Quota | undefined;
	/** Requests started beyond the quota since the latest refusal, to see whether more is allowed. */
	beyond: number;
	/** When the server had surely counted requests: the last `quota.count` of them, in order. */
	counted: number[];
	/** Periods to go without a refusal until more is tried. */
	patience: number;
	nextPatience: number;
}

/** Periods without a refusal after which it is tried whether the server allows more; doubles. */
const FIRST_PATIENCE = 10;
const LONGEST_PATIENCE = 160;
/** Requests in a period beyond which none are remembered, and no quota is learned. */
const MOST_REMEMBERED = 20_000;
/** Milliseconds; a shorter period is the server's moment of weakness, not a quota. */
const SHORTEST_WINDOW = 50;
/** Requests beyond the quota that are accepted until one more of them may be in flight. */
const TRIALS_TO_GROW = 20;
/** Requests that are accepted one by one before a quota is believed. */
const FIRST_TRIALS = 3;
/** The share of a period by which it is lengthened when a request was a moment early. */
const LENGTHENING = 0.05;
/** Milliseconds by which a period may seem longer: whole seconds, and the way there and back. */
const ROUNDING = 1500;

/**
 * Learns a quota that the server does not state from what it does: `count` requests went well
 * between one "come back then" and the next, which lie `window` apart. From then on a request is
 * started only if fewer than `count` were counted in the `window` before it, so that the wall is
 * hit once, and not again in every period by all requests in flight. (The response's time, not the
 * start's: the server counted the request before it responded. One that takes long was counted
 * within two seconds, {@link Uncounted}.) The same rule fits servers that count fixed periods and
 * sliding ones.
 *
 * - A run begins somewhere within a period. What is learned there is believed only if both numbers
 *   are round, as quotas are; else what goes beyond it is sent one at a time, and later few at a
 *   time, until the next refusal.
 * - The first three requests after that go one by one. If the second period ends much too early, it
 *   was none: the server has tokens that refill, and from then on the run keeps the pace at which
 *   they do ({@link RefillRate}).
 * - A server asks for a short pause (less than half a period) when we were a moment early, since
 *   networks vary. The period is then taken to be longer by that much.
 * - Whether more is allowed is tried after ten periods without a refusal, as above, then after 20,
 *   and so on. Such a trial raises the quota or confirms it, and never lowers it.
 *
 * Only 429 counts: other refusals are about the server's health and not about a number.
 */
export class LearnedQuota implements Limit<UncountedRequest> {
	readonly perOrigin = true;
	readonly isImposed = true;
	readonly label = "the server's quota, as observed";
	private readonly hosts = new Map<string, Host>();
	private readonly listeners = new ChangeListeners();
	readonly onChange = this.listeners.add;
	private readonly pause: Pick<HostPause, 'goGently'>;

	constructor(pause: Pick<HostPause, 'goGently'>) {
		this.pause = pause;
	}

	availableAt({ origin }: AdmissionRequest, now: number): number {
		const host = this.hosts.get(origin);
		if (host?.refill) return host.refill.availableAt();
		if (!host?.quota) return now;
		const { quota, uncounted } = host;
		const size = uncounted.size(now);
		const lessAt = uncounted.lessAt(now);
		if (!quota.isProven && host.accepted < FIRST_TRIALS && size > 0) return lessAt;
		const freeAt = freeFrom(host, quota, now);
		if (freeAt <= now) return now;
		if (!isTrying(host, quota)) return freeAt;
		return size < 1 + Math.floor(host.beyond / TRIALS_TO_GROW) ? now : Math.min(freeAt, lessAt);
	}

	take({ origin }: AdmissionRequest, now: number): UncountedRequest {
		const host = this.host(origin, now);
		if (host.quota && freeFrom(host, host.quota, now) > now) host.beyond++;
		if (host.refusedUntil !== undefined && now >= host.refusedUntil) {
			learn(host, host.refusedUntil, now);
		} else if (
			host.quota &&
			!host.quota.isProven &&
			now >= host.since + host.quota.window &&
			host.accepted >= host.quota.count / 2
		) {
			this.pause.goGently(origin);
			host.quota.isProven = true;
		}
		host.refill?.take(now);
		return host.uncounted.start(now);
	}

	release(
		{ origin }: AdmissionRequest,
		outcome: Outcome,
		now: number,
		taken: UncountedRequest,
	): void {
		const { kind, status, word } = outcome;
		const host = this.host(origin, now);
		host.uncounted.end(taken, now);
		if (status === 429) {
			const until = word && hostWaitsUntil(status, word);
			if (until !== undefined && taken.startedAt >= host.since) {
				host.refusedUntil = Math.max(host.refusedUntil ?? -Infinity, until);
				host.refusedAt = Math.max(host.refusedAt, taken.startedAt);
				host.wait = until - now;
			}
			revoke(host, taken);
		} else if (kind === 'ok' || kind === 'failed') {
			if (taken.countedAt === undefined) accept(host, taken.startedAt, now);
			host.refill?.accept(taken.startedAt);
		}
		if (host.quota) this.listeners.notify(origin);
	}

	private host(origin: string, now: number): Host {
		let host = this.hosts.get(origin);
		if (!host) {
			const added: Host = {
				uncounted: new Uncounted((request, time) => accept(added, request.startedAt, time)),
				since: now,
				isWhole: false,
				accepted: 0,
				refusedUntil: undefined,
				refusedAt: -Infinity,
				wait: 0,
				refill: undefined,
				beyond: 0,
				last: undefined,
				quota: undefined,
				counted: [],
				patience: FIRST_PATIENCE,
				nextPatience: FIRST_PATIENCE,
			};
			this.hosts.set(origin, (host = added));
		}
		return host;
	}
}

/** The server has accepted a request, and had counted it at that time. */
function accept(host: Host, startedAt: number, time: number): void {
	const isOfThisPeriod = startedAt >= host.since;
	const periodEnd = host.since + (host.quota?.window ?? Infinity);
	if (host.refusedUntil === undefined && startedAt >= periodEnd) {
		host.since = startedAt;
		host.accepted = 0;
		host.patience--;
	}
	if (isOfThisPeriod) host.accepted++;
	if (host.last && startedAt > host.last.refusedAt) host.last.accepted++;
	host.counted.push(time);
	if (host.counted.length > 2 * MOST_REMEMBERED) host.counted.splice(0, MOST_REMEMBERED);
}

/** A refusal took so long that its request had been taken for accepted. */
function revoke(host: Host, { startedAt, countedAt }: UncountedRequest): void {
	const index = countedAt === undefined ? -1 : host.counted.lastIndexOf(countedAt);
	if (index < 0) return;
	host.counted.splice(index, 1);
	if (startedAt >= host.since && host.accepted > 0) host.accepted--;
	if (host.last && startedAt > host.last.refusedAt && host.last.accepted > 0) host.last.accepted--;
}

/**
 * From when on one more request fits into the quota: when the youngest count is a period old that
 * must be, for the others and those that are uncounted to be fewer than the quota.
 */
function freeFrom({ counted, uncounted }: Host, { count, window }: Quota, now: number): number {
	const left = count - uncounted.size(now);
	if (left <= 0) return uncounted.lessAt(now);
	const blocking = counted[counted.length - left];
	return blocking === undefined ? -Infinity : blocking + window;
}

/** Whether requests beyond the quota are sent, few at a time, since it may be higher. */
function isTrying({ patience }: Host, { isWhole }: Quota): boolean {
	return !isWhole || patience <= 0;
}

/** The server had refused requests, and the time it named has come: a period is over. */
function learn(host: Host, refusedUntil: number, now: number): void {
	// Only what is started from now on is on its way in the new period.
	host.uncounted.clear(now);
	const window = refusedUntil - host.since;
	host.refusedUntil = undefined;
	const known = host.quota;
	const wasTrying = host.patience <= 0;
	host.beyond = 0;
	const { last, refusedAt } = host;
	host.last = { refusedAt, until: refusedUntil, accepted: 0 };
	if (
		host.refill
			? host.refill.refuse(refusedAt, refusedUntil, host.wait)
			: isRefilling(host, last, refusedUntil)
	)
		return;
	host.refill = undefined;
	if (known?.isWhole && known.isProven && !wasTrying && window < known.window / 2) {
		known.window += Math.min(ROUNDING, known.window * LENGTHENING);
		return;
	}
	if (wasTrying) {
		host.nextPatience = Math.min(LONGEST_PATIENCE, host.nextPatience * 2);
		host.patience = host.nextPatience;
	}
	if (wasTrying && known?.isWhole && known.isProven) {
		// A trial uses up the quota, so the refusal that ends it says only that there is no more.
		known.count = Math.max(known.count, host.accepted);
	} else if (host.accepted > 0 && host.accepted <= MOST_REMEMBERED && window >= SHORTEST_WINDOW) {
		const isWhole = host.isWhole || (isRoundCount(host.accepted) && isRoundPeriod(window));
		host.quota = { count: host.accepted, window, isWhole, isProven: host.isWhole };
	}
	host.isWhole = true;
	host.accepted = 0;
	// A run that had nothing to send did not use the beginning of the new period.
	host.since = Math.max(refusedUntil, now - ROUNDING);
}

/**
 * The first period that the quota was believed for has ended much too early: it is no quota of
 * periods, but tokens that come back one by one.
 */
function isRefilling(host: Host, last: Host['last'], refusedUntil: number): boolean {
	const { quota, accepted, refusedAt } = host;
	if (!quota || quota.isProven || !last || accepted >= quota.count / 2) return false;
	const refill = new RefillRate(quota.count, last.refusedAt, last.accepted);
	if (!refill.refuse(refusedAt, refusedUntil, host.wait)) return false;
	host.refill = refill;
	return true;
}

/** 10, 15, 20 ... 100, 150 ...: quotas are stated in such numbers. */
function isRoundCount(count: number): boolean {
	const digits = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
	return count >= 10 && count % (5 * digits) === 0;
}

/** One second, ten seconds, a quarter of an hour ... */
const ROUND_PERIODS = [1, 5, 10, 15, 30, 60, 300, 600, 900, 1800, 3600, 86_400];

function isRoundPeriod(milliseconds: number): boolean {
	return ROUND_PERIODS.some((period) => Math.abs(milliseconds - period * 1000) <= ROUNDING);
}
