/** Steps as a share of the ceiling: the first, and the largest, since each is twice the one before. */
const FIRST_CUT = 0.04;
const LARGEST_CUT = 0.5;
const FIRST_RAISE = 0.03;
const LARGEST_RAISE = 0.25;

/** Accepted requests before a raise above a refused level: about 1 in so many is refused for it. */
const REQUESTS_BEFORE_RAISE = 130;

/** Milliseconds after which it is raised though they were fewer. */
const LONGEST_BEFORE_RAISE = 10_000;

/** Milliseconds between requests to a server that refuses everything, to see when it is back. */
const LONGEST_INTERVAL = 1000;

/** At this share of the level that was refused first, no refusal can be due to us. */
const TEST_LEVEL = 0.25;

/** Refusals that are no coincidence; until then nothing is concluded from a share of them. */
const ENOUGH = 4;

/** Refused share from which a server counts as down, not as failing now and then. */
const DOWN = 0.75;

/** Random refusals are ignored up to twice their share, for half a minute; then it is tested again. */
const FORGIVENESS = 2;
const MOST_FORGIVEN = 20;
const FORGIVING_TIME = 30_000;

/** How much one latency counts in the running mean. */
const SMOOTHING = 0.05;

interface Knee {
	readonly limit: number;
	readonly settled: number;
}

interface Count {
	accepted: number;
	refused: number;
}

/**
 * Learns from refusals how many requests may be in flight. `AdaptiveConcurrency` says how; it is additive
 * increase and multiplicative decrease, with steps that double until they suffice.
 */
export class RefusalCeiling {
	/** Requests in flight, on average; below 1 they are paced. Infinity while nothing is refused. */
	value = Infinity;
	/** Milliseconds of accepted requests, typically. */
	private latency = 0;
	private changedAt = -Infinity;
	private acceptedSinceChange = 0;
	private acceptedSinceCut = 0;
	private cut = FIRST_CUT;
	private raise = FIRST_RAISE;
	/** The lowest level that was refused lately. */
	private refusedAt = Infinity;
	/** The level at which the present series of cuts began; 0 outside of one. */
	private seriesAt = 0;
	/** Answers in this series: above the level of the test, and at it. */
	private before: Count = { accepted: 0, refused: 0 };
	private tested: Count = { accepted: 0, refused: 0 };
	/** Share of refusals that is random, as far as is known, and how many are still ignored. */
	private random = 0;
	private forgiven = ENOUGH;
	private forgivenUntil = Infinity;

	/** Milliseconds between two starts; 0 for none. */
	get interval(): number {
		return this.value < 1 ? Math.min(LONGEST_INTERVAL, this.latency / this.value) : 0;
	}

	/** @param knee what would be allowed in flight without this ceiling */
	sample(isRefused: boolean, latency: number, knee: Knee, now: number): void {
		if (now >= this.forgivenUntil) this.forgive(0, 0, Infinity);
		if (!isRefused) {
			this.latency ||= latency;
			this.latency += (Math.min(latency, 2 * this.latency) - this.latency) * SMOOTHING;
		}
		// What was started before the last change says nothing about it.
		if (now - latency < this.changedAt) return;
		const level = Math.min(this.value, knee.limit);
		const isTest = this.seriesAt > 0 && level <= Math.max(this.least, TEST_LEVEL * this.seriesAt);
		const count = isTest ? this.tested : this.before;
		if (isRefused) {
			count.refused++;
			if (this.forgiven >= 1) this.forgiven--;
			else this.refuse(level, isTest, now);
			return;
		}
		count.accepted++;
		this.acceptedSinceChange++;
		this.acceptedSinceCut++;
		const credit = (FORGIVENESS * this.random) / (1 - this.random);
		if (credit > 0) this.forgiven = Math.min(MOST_FORGIVEN, this.forgiven + credit);
		if (this.value > 2 * knee.settled) this.lift(now);
		else if (!isTest || !this.isUndecided) this.grow(now);
	}

	private refuse(level: number, isTest: boolean, now: number): void {
		// While everything is refused, the server is down, and no level is to blame.
		if (this.acceptedSinceCut > 0) this.refusedAt = level;
		if (this.seriesAt === 0) {
			this.seriesAt = level;
			this.random = 0;
			this.raise = FIRST_RAISE;
		} else if (isTest) {
			if (this.tested.refused < ENOUGH) return;
			const share = shareOf(this.tested);
			if (share < DOWN) {
				if (share < shareOf(this.before) / 2) return;
				this.forgive(share, MOST_FORGIVEN, now + FORGIVING_TIME);
				this.lift(now);
				return;
			}
			this.seriesAt = level;
			this.before = this.tested;
			this.tested = { accepted: 0, refused: 0 };
		}
		this.acceptedSinceCut = 0;
		this.change(level * (1 - this.cut), now);
		this.cut = Math.min(LARGEST_CUT, 2 * this.cut);
	}

	/** Some were refused in the test, and too few have been accepted to conclude that this is less. */
	private get isUndecided(): boolean {
		const { before, tested } = this;
		return tested.refused > 0 && tested.accepted * shareOf(before) < 2 * ENOUGH;
	}

	private grow(now: number): void {
		const { acceptedSinceChange: accepted, raise, refusedAt, value } = this;
		if (value < refusedAt / 2) {
			if (accepted >= value) this.change(Math.min(2 * value, refusedAt / 2), now);
			return;
		}
		const enough = raise > FIRST_RAISE ? REQUESTS_BEFORE_RAISE / 2 : REQUESTS_BEFORE_RAISE;
		if (accepted < enough && now - this.changedAt < LONGEST_BEFORE_RAISE) return;
		this.endSeries();
		if (value < refusedAt) {
			// Half of the way.
			this.change(Math.max(value * (1 + FIRST_RAISE), (value + refusedAt) / 2), now);
		} else {
			this.change(value * (1 + raise), now);
			this.raise = Math.min(LARGEST_RAISE, 2 * raise);
		}
	}

	private lift(now: number): void {
		this.endSeries();
		this.refusedAt = Infinity;
		this.change(Infinity, now);
	}

	private endSeries(): void {
		this.seriesAt = 0;
		this.cut = FIRST_CUT;
		this.before = { accepted: 0, refused: 0 };
		this.tested = { accepted: 0, refused: 0 };
	}

	private forgive(share: number, refusals: number, until: number): void {
		this.random = share;
		this.forgiven = refusals;
		this.forgivenUntil = until;
	}

	private get least(): number {
		return Math.min(1, this.latency / LONGEST_INTERVAL);
	}

	private change(value: number, now: number): void {
		this.value = Math.max(this.least, value);
		this.changedAt = now;
		this.acceptedSinceChange = 0;
	}
}

function shareOf({ accepted, refused }: Count): number {
	return refused / Math.max(1, accepted + refused);
}
