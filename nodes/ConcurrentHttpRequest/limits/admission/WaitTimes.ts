import { describeDuration } from '../../common/describeDuration';

/** For how long a run was held back by one limit. */
export interface Wait {
	/** See `Limit.label`: "the limit of 100 requests a minute". */
	readonly label: string;
	/** Milliseconds. */
	readonly duration: number;
}

interface Entry {
	/** How many wait for it at this moment. */
	waiting: number;
	since: number;
	/** Milliseconds during which at least one waited for it, up to `since`. */
	duration: number;
}

/**
 * For how long limits held requests back, by label. Requests that wait at the same time
 * for the same limit are one wait: a thousand that wait for a second make one second.
 */
export class WaitTimes {
	private readonly entries = new Map<string, Entry>();

	begin(label: string | undefined, now: number): void {
		if (label === undefined) return;
		let entry = this.entries.get(label);
		if (!entry) this.entries.set(label, (entry = { waiting: 0, since: now, duration: 0 }));
		if (entry.waiting++ === 0) entry.since = now;
	}

	/** Once for each `begin`, with the same label. */
	end(label: string | undefined, now: number): void {
		const entry = label === undefined ? undefined : this.entries.get(label);
		if (entry && --entry.waiting === 0) entry.duration += now - entry.since;
	}

	/** Up to now, the longest first. */
	list(now: number): Wait[] {
		return [...this.entries]
			.map(([label, { waiting, since, duration }]) => ({
				label,
				duration: waiting > 0 ? duration + now - since : duration,
			}))
			.filter(({ duration }) => duration > 0)
			.sort((a, b) => b.duration - a.duration);
	}
}

/** Milliseconds; shorter waits are not mentioned. */
const WORTH_TELLING = 500;

/** `Waited 12 s for the limit of 100 requests a minute`, one text for each wait worth telling. */
export function describeWaits(waits: readonly Wait[]): string[] {
	return waits
		.filter(({ duration }) => duration >= WORTH_TELLING)
		.map(({ label, duration }) => `Waited ${describeDuration(duration)} for ${label}`);
}
