import type { Ask, Limit } from '../admission/Limit';
import type { AttemptObserver } from './AttemptResult';
import { ChangeListeners } from '../admission/ChangeListeners';
import { hostWaitsUntil } from './serverWord';

interface Host {
	inFlight: number;
	/** The clock's milliseconds; nothing is started before. */
	until: number;
	/** How many may be in flight; grows after a pause, from 1. */
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
 */
export class HostPause implements Limit {
	readonly perOrigin = true;
	readonly label = 'the server (Retry-After)';
	private readonly hosts = new Map<string, Host>();
	private readonly listeners = new ChangeListeners();
	readonly onChange = this.listeners.add;
	private readonly paused = new ChangeListeners();
	/** Calls whenever a host is to be left alone for longer than before. */
	readonly onPause = this.paused.add;

	availableAt({ origin }: Ask, now: number): number {
		const host = this.hosts.get(origin);
		if (!host) return now;
		if (now < host.until) return host.until;
		return host.inFlight < host.allowed ? now : Infinity;
	}

	take({ origin }: Ask): void {
		this.host(origin).inFlight++;
	}

	release({ origin }: Ask): void {
		const host = this.host(origin);
		host.inFlight--;
		if (host.allowed < RAMP_END) this.listeners.notify(origin);
	}

	/** @returns the clock's milliseconds; `-Infinity` if the host has never asked to wait */
	pausedUntil(origin: string): number {
		return this.hosts.get(origin)?.until ?? -Infinity;
	}

	/** @param until the clock's milliseconds */
	pause(origin: string, until: number): void {
		const host = this.host(origin);
		const isLonger = until > host.until;
		host.until = Math.max(host.until, until);
		host.allowed = 1;
		if (isLonger) this.paused.notify(origin);
	}

	/** Lets one request go first, as after a pause, where it is not sure that the server is ready. */
	goGently(origin: string): void {
		this.host(origin).allowed = 1;
	}

	readonly observe: AttemptObserver =
		({ origin }, startedAt) =>
		(result) => {
			const host = this.host(origin);
			const until = result.kind === 'answered' && hostWaitsUntil(result.status, result.word);
			if (typeof until === 'number') this.pause(origin, until);
			// An answer to a request from before the pause tells nothing about the time after it.
			else if (
				result.kind === 'answered' &&
				startedAt >= host.until &&
				host.allowed < RAMP_END &&
				result.status < 500 &&
				result.status !== 429
			) {
				host.allowed++;
			}
		};

	private host(origin: string): Host {
		let host = this.hosts.get(origin);
		if (!host)
			this.hosts.set(origin, (host = { inFlight: 0, until: -Infinity, allowed: Infinity }));
		return host;
	}
}
