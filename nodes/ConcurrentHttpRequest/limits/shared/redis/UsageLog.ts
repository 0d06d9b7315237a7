import type { Outcome } from '../../Limit';
import { ArrivalEstimate } from '../../rate/ArrivalEstimate';

/** Usage that is reported to Redis: number of the entry, amount, age in milliseconds. */
type ReportedUsage = readonly [id: number, amount: number, age: number];

/** What was used within a short time; it counts as if all of it had been used last. */
interface Entry {
	readonly id: number;
	readonly first: number;
	last: number;
	amount: number;
	/** The amount that Redis is known to have. */
	reported: number;
}

/** Entries for each interval; what is in an entry counts for up to 1/200 of the interval too long. */
const RESOLUTION = 200;

/**
 * What a run has used of one rate limit. A usage is open until the request has certainly arrived at the server,
 * and then counts for one interval (and the safety margin) more: docs/limits-redis.md explains why. Closed usages that are close
 * together share an entry, so that some 200 are kept at most. They are kept after they were
 * reported, too, because a Redis that has lost its data is told again.
 */
export class UsageLog {
	/** Milliseconds for which a usage counts after it has arrived. */
	readonly counted: number;
	readonly arrivals: ArrivalEstimate;
	private readonly openUsages = new Set<Usage>();
	private entries: Entry[] = [];
	private nextId = 1;

	/**
	 * @param interval milliseconds
	 * @param counted {@link UsageLog.counted}; the interval unless there is a safety margin
	 */
	constructor(interval: number, counted = interval) {
		this.counted = counted;
		this.arrivals = new ArrivalEstimate(interval);
	}

	take(amount: number, now: number): Usage {
		this.arrivals.started(now);
		const usage = new Usage(this, amount, now + this.arrivals.latest);
		this.openUsages.add(usage);
		return usage;
	}

	/** When the first open usage will have arrived, as far as is known; `Infinity` if none is open. */
	get nextArrival(): number {
		let next = Infinity;
		for (const { arrivedBy } of this.openUsages) next = Math.min(next, arrivedBy);
		return next;
	}

	/** Taken by requests that may still be on their way. */
	open(now: number): number {
		let open = 0;
		for (const usage of this.openUsages) {
			if (usage.arrivedBy > now) open += usage.amount;
			else this.close(usage);
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
			if (left <= amount) return entry.last + this.counted;
		}
		return Infinity;
	}

	/** What is closed and not known to Redis. */
	unreported(now: number): ReportedUsage[] {
		this.open(now);
		this.prune(now);
		return this.entries
			.filter(({ amount, reported }) => amount !== reported)
			.map(({ id, amount, last }) => [id, amount, now - last]);
	}

	/** Redis has what was reported. */
	acknowledge(reported: readonly ReportedUsage[]): void {
		const amounts = new Map(reported.map(([id, amount]) => [id, amount]));
		for (const entry of this.entries) entry.reported = amounts.get(entry.id) ?? entry.reported;
	}

	/** Redis has lost everything. */
	forgetReports(): void {
		for (const entry of this.entries) entry.reported = 0;
	}

	/**
	 * Takes over what a run has used that has ended. Entries of all such runs meet at multiples of 1/200 of
	 * the interval, so they are few, and none counts for less than it did.
	 */
	absorb(ended: UsageLog): void {
		for (const usage of ended.openUsages) ended.close(usage);
		const width = this.counted / RESOLUTION;
		for (const { amount, last } of ended.entries) {
			const at = Math.ceil((last + ended.counted - this.counted) / width) * width;
			const entry = this.entries.find((each) => each.last === at);
			if (entry) entry.amount += amount;
			else this.entries.push({ id: this.nextId++, first: at, last: at, amount, reported: 0 });
		}
		this.entries.sort((a, b) => a.last - b.last);
	}

	/** It has arrived. */
	close(usage: Usage): void {
		if (!this.openUsages.delete(usage)) return;
		const entry = this.entries.at(-1);
		// Usages can close out of order; one that counts a little too long does no harm.
		const at = Math.max(usage.arrivedBy, entry?.last ?? -Infinity);
		if (entry && at - entry.first <= this.counted / RESOLUTION) {
			entry.amount += usage.amount;
			entry.last = at;
		} else {
			this.entries.push({
				id: this.nextId++,
				first: at,
				last: at,
				amount: usage.amount,
				reported: 0,
			});
		}
	}

	private prune(now: number): void {
		this.entries = this.entries.filter(({ last }) => last + this.counted > now);
	}
}

/** What one request used of a rate limit. */
export class Usage {
	readonly amount: number;
	/** When it has certainly arrived at the server, as far as is known. */
	arrivedBy: number;
	private readonly log: UsageLog;

	constructor(log: UsageLog, amount: number, arrivedBy: number) {
		this.log = log;
		this.amount = amount;
		this.arrivedBy = arrivedBy;
	}

	/** The request has been written to its connection. */
	sent(now: number): void {
		const { arrivals } = this.log;
		const arrivedBy = now + arrivals.margin;
		const isExact = arrivals.isMarginTrusted(now);
		this.arrivedBy = isExact ? arrivedBy : Math.max(this.arrivedBy, arrivedBy);
	}

	/** The request has ended, so it had arrived. */
	ended(outcome: Outcome, now: number): void {
		this.log.arrivals.ended(outcome);
		this.arrivedBy = Math.min(this.arrivedBy, now);
		this.log.close(this);
	}
}
