/** Tokens that may lie unused before the rate is measured again: at most, and as a share of the bucket. */
const UNUSED = { most: 16, share: 0.7 };

/** To measure the rate, the bucket is emptied at this multiple of the fastest rate it may have. */
const DRAINING = 2;

/** The rate has changed if the last two refusals show less than this share of the pace. */
const CHANGED = 0.9;

/** A token bucket asks to wait for this many tokens at most, rounded up by this many milliseconds. */
const LONGEST_WAIT = { tokens: 3, rounding: 1000 };

/**
 * The rate at which a token bucket fills, found out from few refusals.
 *
 * When a request is refused there is less than one token. So if `A` requests were accepted between
 * two refusals that lie `t` apart, then between `A - 1` and `A + 1` tokens came in the meantime,
 * provided that the bucket was never full: the rate is `A / t`, give or take `1 / t`. The error falls
 * with time and not with the number of refusals, so the fewest do.
 *
 * - Requests keep the pace of the lower bound, `(A - 1) / t`. It is too slow by `2 / t` at most, and
 *   what is not used stays in the bucket.
 * - When as many tokens may lie there as are worth it, and before it is full, they are used up
 *   quickly, until one request is refused. Nothing is lost by that, and `t` has grown: 12 s, a minute
 *   and five minutes in, for a hundred requests a minute.
 *
 * At the end of a run at most {@link UNUSED} tokens were not used.
 */
export class RefillRate {
	/** The estimated content of the bucket. */
	private readonly burst: number;
	/** The refusal from which the rate is measured, and what was accepted since. */
	private since: number;
	private accepted: number;
	/** The same for the latest refusal. */
	private latest: number;
	private acceptedLately = 0;
	/** Requests per millisecond; bounds of the true rate. */
	private lowest = 0;
	private highest = Infinity;
	/** Milliseconds that the server asked for at most. */
	private longestWait = 0;
	/** Whether the bucket is being emptied, faster by this factor than it can fill; else 0. */
	private draining = 0;
	private dueAt = -Infinity;

	/**
	 * @param burst requests that the bucket held at first
	 * @param since when a request was refused; the clock's milliseconds
	 * @param accepted requests that were accepted after that
	 */
	constructor(burst: number, since: number, accepted: number) {
		this.burst = burst;
		this.since = this.latest = since;
		this.accepted = this.acceptedLately = accepted;
	}

	/** Milliseconds from one start to the next. */
	get interval(): number {
		return 1 / (this.draining > 0 ? this.draining * this.highest : this.pace);
	}

	/** When the next request may start. */
	availableAt(): number {
		return this.dueAt;
	}

	/** A request starts. If it is late by up to an interval, the next one is not delayed. */
	take(now: number): void {
		this.dueAt = Math.max(this.dueAt, now - this.interval) + this.interval;
	}

	/** The request that was started then has been accepted. */
	accept(startedAt: number): void {
		if (startedAt <= this.latest) return;
		this.accepted++;
		this.acceptedLately++;
		const unused = this.highest * (startedAt - this.latest) - this.acceptedLately;
		const worthIt = Math.min(UNUSED.most, UNUSED.share * (this.burst - 1));
		if (this.draining === 0 && unused >= worthIt) this.draining = DRAINING;
		// It holds more than there can be: it fills faster than was thought.
		else if (this.draining > 0 && unused < -this.burst) this.highest *= DRAINING;
	}

	/**
	 * The server has refused, and the time that it named has come.
	 *
	 * @param startedAt when the request was started that was refused
	 * @param until when the server allows requests again
	 * @param wait milliseconds that its response asked to wait
	 * @returns whether it is a server of this kind: it asks to wait for a token or two
	 */
	refuse(startedAt: number, until: number, wait: number): boolean {
		const tokens = (wait - LONGEST_WAIT.rounding) * this.pace;
		if (tokens > LONGEST_WAIT.tokens) return false;
		const lately = (this.acceptedLately + 1) / (startedAt - this.latest);
		if (this.draining === 0 && lately < CHANGED * this.pace) {
			this.since = this.latest;
			this.accepted = this.acceptedLately;
			this.longestWait = 0;
		}
		// A server that rounds down asks to wait for 0 s. The pace must stay above 0 all the same.
		this.longestWait = Math.max(this.longestWait, wait, 1);
		const time = Math.max(1, startedAt - this.since);
		this.lowest = (this.accepted - 1) / time;
		this.highest = (this.accepted + 1) / time;
		this.latest = startedAt;
		this.acceptedLately = 0;
		this.draining = 0;
		this.dueAt = until;
		return true;
	}

	/** Requests per millisecond. At first the server's Retry-After says more than the count. */
	private get pace(): number {
		const told = this.longestWait > 0 ? 1 / this.longestWait : 0;
		return Math.min(this.highest, Math.max(this.lowest, told));
	}
}
