import { LocalShare } from './LocalShare';

/** Beyond so many names, those that nobody uses any more are forgotten. */
const MOST_NAMES = 1_000;

/** What this process remembers of one Redis: whether it has ever responded, and a share for each name. */
export class RedisMemory {
	wasReached = false;
	private readonly shares = new Map<string, LocalShare>();

	/** How many names are remembered. */
	get size(): number {
		return this.shares.size;
	}

	/** The share of a name, created at its first use. */
	shareOf(name: string, now: number): LocalShare {
		let share = this.shares.get(name);
		if (share) return share;
		if (this.shares.size >= MOST_NAMES) {
			for (const [known, idle] of this.shares) if (idle.isIdle(now)) this.shares.delete(known);
		}
		share = new LocalShare();
		this.shares.set(name, share);
		return share;
	}
}
