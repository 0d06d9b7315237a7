import { UsageLog } from './UsageLog';

/** A run that uses the limits of one name. */
interface LocalRun {
	readonly inFlight: number;
	/** By the rate limit's id. */
	readonly usage: ReadonlyMap<string, UsageLog>;
	/** Something became free. */
	shareChanged(): void;
}

/**
 * This process's share of the limits of one name while Redis is away: each limit divided by
 * the number of processes that were there when Redis last responded, rounded down, so that all
 * processes together stay within the limit. The runs of the process share it. Where the share is less than
 * one request, they wait for Redis.
 */
export class LocalShare {
	/** How many processes share the limits, as Redis last said. */
	processes = 1;
	private readonly runs = new Set<LocalRun>();
	/** The data set that Redis had when it last responded, and until when it keeps that at least. */
	private epoch = '';
	private epochUntil = -Infinity;
	/** The usage of runs that have ended, by the rate limit's id. It is kept until it no longer counts. */
	private readonly ended = new Map<string, UsageLog>();

	join(run: LocalRun): void {
		this.runs.add(run);
	}

	leave(run: LocalRun, now: number): void {
		this.runs.delete(run);
		this.forgetExpired(now);
		for (const [id, usage] of run.usage) {
			const log = this.ended.get(id) ?? new UsageLog(usage.counted);
			log.absorb(usage);
			if (log.total(now) > 0) this.ended.set(id, log);
		}
		this.changed();
	}

	/** Whether no run is here, and nothing of former ones counts any more. */
	isIdle(now: number): boolean {
		this.forgetExpired(now);
		return this.runs.size === 0 && this.ended.size === 0;
	}

	/** Redis has this data set, and keeps it at least until then if nobody calls. */
	sawEpoch(epoch: string, until: number): void {
		this.epoch = epoch;
		this.epochUntil = until;
	}

	/** The data set that Redis must have, unless it has lost it; empty if that may have expired by itself. */
	epochAt(now: number): string {
		return now < this.epochUntil ? this.epoch : '';
	}

	/** @returns whether one more request is within the share of a concurrency limit */
	hasSlot(limit: number): boolean {
		let inFlight = 0;
		for (const run of this.runs) inFlight += run.inFlight;
		return inFlight < Math.floor(limit / this.processes);
	}

	/** @returns when `cost` is within the share of a rate limit; `Infinity` if it never is */
	availableAt(id: string, limit: number, cost: number, now: number): number {
		const share = Math.floor(limit / this.processes);
		if (cost > share) return Infinity;
		const logs = [...[...this.runs].map(({ usage }) => usage), this.ended]
			.flatMap((usage) => usage.get(id) ?? [])
			.filter((log) => log.total(now) > 0);
		const lacking = logs.reduce((sum, log) => sum + log.total(now), 0) + cost - share;
		if (lacking <= 0) return now;
		// The earliest time at which one log alone frees enough, or is empty. The share is computed again then.
		return Math.min(...logs.map((log) => log.fallsTo(Math.max(0, log.total(now) - lacking), now)));
	}

	changed(): void {
		for (const run of this.runs) run.shareChanged();
	}

	private forgetExpired(now: number): void {
		for (const [id, log] of this.ended) if (log.total(now) === 0) this.ended.delete(id);
	}
}
