import * as timing from './timing';
import type { UseLog } from './UseLog';

/** What the other runs of this process with the same name need to know of one. */
export interface ShareHolder {
	readonly inFlight: number;
	/** By the budget's id. */
	readonly uses: ReadonlyMap<string, UseLog>;
	/** Something became free. */
	shareChanged(): void;
}

/**
 * What this process may use of the limits of one name while Redis is away: each limit divided by
 * the number of processes that were there when Redis last answered. All runs of the process with
 * this name stay within it together. Rounded down, so that the shares of all processes are never
 * more than the limit; a share of less than one request means waiting for Redis.
 */
export class LocalShare {
	processes: number;
	private readonly holders = new Set<ShareHolder>();
	/** What runs that have ended used; it counts until it expires. */
	private left: Array<ShareHolder['uses']> = [];
	private usedAt: number;

	/**
	 * @param processes how many share the limits, as far as is known
	 * @param now milliseconds
	 */
	constructor(processes: number, now: number) {
		this.processes = processes;
		this.usedAt = now;
	}

	join(holder: ShareHolder): void {
		this.holders.add(holder);
	}

	leave(holder: ShareHolder, now: number): void {
		this.holders.delete(holder);
		this.left.push(holder.uses);
		this.usedAt = now;
		this.forgetExpired(now);
		this.changed();
	}

	/** Whether no run is here, nothing that former ones used counts, and none has come for long. */
	isIdle(now: number): boolean {
		this.forgetExpired(now);
		const isUnused = this.holders.size === 0 && this.left.length === 0;
		return isUnused && this.usedAt + timing.SHARE_KEPT <= now;
	}

	/** @param processes as Redis says it, 1 or more */
	learn(processes: number): void {
		this.processes = Math.max(1, processes);
	}

	/** @returns whether one more request is within the share of `limit` */
	hasSlot(limit: number): boolean {
		let inFlight = 0;
		for (const holder of this.holders) inFlight += holder.inFlight;
		return inFlight < Math.floor(limit / this.processes);
	}

	/** @returns when `cost` is within the share of `limit`; `Infinity` if it never is */
	availableAt(budgetId: string, limit: number, cost: number, now: number): number {
		const share = Math.floor(limit / this.processes);
		if (cost > share) return Infinity;
		const logs = [...[...this.holders].map(({ uses }) => uses), ...this.left]
			.flatMap((uses) => uses.get(budgetId) ?? [])
			.filter((log) => log.total(now) > 0);
		const lacking = logs.reduce((sum, log) => sum + log.total(now), 0) + cost - share;
		if (lacking <= 0) return now;
		// When one log alone falls by enough, or to nothing; then this is asked again.
		return Math.min(...logs.map((log) => log.fallsTo(Math.max(0, log.total(now) - lacking), now)));
	}

	changed(): void {
		for (const holder of this.holders) holder.shareChanged();
	}

	private forgetExpired(now: number): void {
		this.left = this.left.filter((uses) => [...uses.values()].some((log) => log.total(now) > 0));
	}
}

/** The shares of this process, by name, and whether it knows the Redis. One for each Redis. */
export class LocalShares {
	/** Whether this Redis has ever answered this process. */
	wasReached = false;
	private readonly shares = new Map<string, LocalShare>();
	/** The most processes that shared a name which is forgotten: a name that comes back may be it. */
	private processes = 1;

	/** How many names are remembered. */
	get size(): number {
		return this.shares.size;
	}

	/** The share of a name. Names that nobody uses any more are forgotten meanwhile. */
	of(name: string, now: number): LocalShare {
		for (const [known, idle] of this.shares) {
			if (known === name || !idle.isIdle(now)) continue;
			this.processes = Math.max(this.processes, idle.processes);
			this.shares.delete(known);
		}
		let share = this.shares.get(name);
		if (!share) {
			share = new LocalShare(this.processes, now);
			this.shares.set(name, share);
		}
		return share;
	}
}
