import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import { ChangeListeners } from '../ChangeListeners';
import { hostWaitsUntil } from './serverWord';
import { Uncounted, type UncountedRequest } from './Uncounted';

interface Host {
	/** Of those started after the pause. */
	readonly uncounted: Uncounted;
	/** The clock's milliseconds; nothing is started before. */
	until: number;
	/** How many of these there may be; grows after a pause, from 1. */
	allowed: number;
}

/** In flight to one host after which a pause is no longer felt. */
const RAMP_END = 1000;

/**
 * When a server says "wait", the whole host waits, until the latest time it named: what is refused
 * would be refused for any other request as well, and counts against many a quota.
 *
 * Afterwards one request goes first. Each success allows one more in flight, which doubles them
 * with every round trip, as TCP's slow start does (RFC 5681 section 3.1). So a server that is still
 * not ready refuses one request, and one that is ready is not met by all of them in one moment.
 * Requests from before the pause do not count, and one that has no response after two seconds
 * gives its place to another.
 */
export class HostPause implements Limit<UncountedRequest> {
	readonly perOrigin = true;
	readonly isImposed = true;
	readonly label = 'the server (Retry-After)';
	private readonly hosts = new Map<string, Host>();
	private readonly listeners = new ChangeListeners();
	readonly onChange = this.listeners.add;

	availableAt({ origin }: AdmissionRequest, now: number): number {
		const host = this.hosts.get(origin);
		if (!host) return now;
		if (now < host.until) return host.until;
		return host.uncounted.size(now) < host.allowed ? now : host.uncounted.lessAt(now);
	}

	take({ origin }: AdmissionRequest, now: number): UncountedRequest {
		return this.host(origin).uncounted.start(now);
	}

	release(
		{ origin }: AdmissionRequest,
		outcome: Outcome,
		now: number,
		taken: UncountedRequest,
	): void {
		const host = this.host(origin);
		this.learn(origin, host, outcome, taken.startedAt, now);
		host.uncounted.end(taken, now);
		if (host.allowed < RAMP_END) this.listeners.notify(origin);
	}

	/** @returns the clock's milliseconds; `-Infinity` if the host has never asked to wait */
	pausedUntil(origin: string): number {
		return this.hosts.get(origin)?.until ?? -Infinity;
	}

	/** @param until the clock's milliseconds */
	pause(origin: string, until: number, now: number): void {
		const host = this.host(origin);
		host.until = Math.max(host.until, until);
		host.allowed = 1;
		host.uncounted.clear(now);
	}

	/** Lets one request go first, as after a pause, where it is not sure that the server is ready. */
	goGently(origin: string): void {
		this.host(origin).allowed = 1;
	}

	private learn(
		origin: string,
		host: Host,
		{ status, word }: Outcome,
		startedAt: number,
		now: number,
	): void {
		if (status === undefined || !word) return;
		const until = hostWaitsUntil(status, word);
		if (until !== undefined) {
			this.pause(origin, until, now);
			return;
		}
		// A response to a request from before the pause tells nothing about the time after it.
		const isNews = startedAt >= host.until && status < 500 && status !== 429;
		if (isNews && host.allowed < RAMP_END) host.allowed++;
	}

	private host(origin: string): Host {
		let host = this.hosts.get(origin);
		if (!host) {
			host = { uncounted: new Uncounted(), until: -Infinity, allowed: Infinity };
			this.hosts.set(origin, host);
		}
		return host;
	}
}
