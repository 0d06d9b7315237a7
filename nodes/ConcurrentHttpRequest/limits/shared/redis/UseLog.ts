import type { Outcome } from '../../Limit';
import { ArrivalEstimate } from '../../rate/ArrivalEstimate';

/** What was used within a short time; it counts as if all of it had been used last. */
interface Entry {
	readonly id: number;
	readonly first: number;
	last: number;
	amount: number;
	/** The amount that Redis is known to have. */
	reported: number;
}

/** A use as it is reported: number, amount, age in milliseconds. */
export type ReportedUse = readonly [id: number, amount: number, age: number];

/** What one request took. */
export interface Use {
	readonly amount: number;
	/** By when it has surely arrived at the server, as far as is known. */
	arrivedBy: number;
}

/** Entries for each interval; an entry's uses count up to 1/200 of it too long. */
const RESOLUTION = 200;

/**
 * What a run used of one budget. A use is open until it has surely arrived at the server, and then
 * counts for one interval more: docs/limits-redis.md says why. Closed uses that are close together
 * share an entry, so that some 200 are kept at most, whatever the budget. They are kept also after
 * they were reported: a Redis that lost its data is told again.
 */
export class UseLog {
	private readonly interval: number;
	private readonly arrivals: ArrivalEstimate;
	private readonly openUses = new Set<Use>();
	private readonly entries: Entry[] = [];
	private nextId = 1;

	/** @param interval milliseconds */
	constructor(interval: number) {
		this.interval = interval;
		this.arrivals = new ArrivalEstimate(interval);
	}

	/** Milliseconds from a start until it has surely arrived, whatever is heard of it. */
	get latestArrival(): number {
		return this.arrivals.latest;
	}

	take(amount: number, now: number): Use {
		this.arrivals.started(now);
		const use = { amount, arrivedBy: now + this.latestArrival };
		this.openUses.add(use);
		return use;
	}

	/** The request has been written to its connection. */
	sent(use: Use, now: number): void {
		const arrivedBy = now + this.arrivals.margin;
		use.arrivedBy = this.arrivals.isMarginTrusted(now)
			? arrivedBy
			: Math.max(use.arrivedBy, arrivedBy);
	}

	/** The request has ended, so it had arrived. */
	ended(use: Use, outcome: Outcome, now: number): void {
		this.arrivals.ended(outcome);
		use.arrivedBy = Math.min(use.arrivedBy, now);
		if (this.openUses.delete(use)) this.add(use);
	}

	/** When the first of what is open will have arrived, as far as is known; `Infinity` if none is. */
	get nextArrival(): number {
		let next = Infinity;
		for (const { arrivedBy } of this.openUses) next = Math.min(next, arrivedBy);
		return next;
	}

	/** What is open: taken, and perhaps still on its way. */
	open(now: number): number {
		let open = 0;
		for (const use of this.openUses) {
			if (use.arrivedBy > now) open += use.amount;
			else {
				this.openUses.delete(use);
				this.add(use);
			}
		}
		return open;
	}

	/** All that counts at a time. */
	total(now: number): number {
		const open = this.open(now);
		this.prune(now);
		return this.entries.reduce((sum, { amount }) => sum + amount, open);
	}

	/** When no more than `amount` will count; `Infinity` if that depends on what is open. */
	fallsTo(amount: number, now: number): number {
		let left = this.total(now);
		if (left <= amount) return now;
		for (const entry of this.entries) {
			left -= entry.amount;
			if (left <= amount) return entry.last + this.interval;
		}
		return Infinity;
	}

	/** What is closed and not known to Redis. */
	unreported(now: number): ReportedUse[] {
		this.open(now);
		this.prune(now);
		return this.entries
			.filter(({ amount, reported }) => amount !== reported)
			.map(({ id, amount, last }) => [id, amount, now - last]);
	}

	/** Redis has these. */
	acknowledge(uses: readonly ReportedUse[]): void {
		const amounts = new Map(uses.map(([id, amount]) => [id, amount]));
		for (const entry of this.entries) entry.reported = amounts.get(entry.id) ?? entry.reported;
	}

	/** Redis has nothing any more. */
	forgetReports(): void {
		for (const entry of this.entries) entry.reported = 0;
	}

	private add({ amount, arrivedBy }: Use): void {
		const entry = this.entries.at(-1);
		// Uses can close out of order; one that counts a little too long does no harm.
		const at = Math.max(arrivedBy, entry?.last ?? -Infinity);
		if (entry && at - entry.first <= this.interval / RESOLUTION) {
			entry.amount += amount;
			entry.last = at;
		} else {
			this.entries.push({ id: this.nextId++, first: at, last: at, amount, reported: 0 });
		}
	}

	private prune(now: number): void {
		const kept = this.entries.findIndex(({ last }) => last + this.interval > now);
		this.entries.splice(0, kept < 0 ? this.entries.length : kept);
	}
}
