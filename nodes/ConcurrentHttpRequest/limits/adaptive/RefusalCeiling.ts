import type { KneeSearch } from './KneeSearch';

/** Shares of the ceiling by which it is cut: each is twice the one before. */
const FIRST_CUT = 0.04;
const LARGEST_CUT = 0.5;

/** Share of the ceiling by which it is raised at least, about a level that was refused. */
const LEAST_RAISE = 0.03;

/** Accepted requests before such a raise: about 1 in so many is refused for it. */
const REQUESTS_BEFORE_RAISE = 130;

/** Milliseconds after which it is raised though they were fewer. */
const LONGEST_BEFORE_RAISE = 10_000;

/** Milliseconds between requests to a server that refuses everything, to see when it is back. */
const LONGEST_INTERVAL = 1000;

/** Milliseconds. A clock may show none, and the least ceiling must be above 0. */
const SHORTEST_LATENCY = 0.01;

/** At this share of the level that was refused first, no refusal can be due to us. */
const TEST_LEVEL = 0.25;

/** Refusals that are no coincidence; until then nothing is concluded from a share of them. */
const ENOUGH = 3;

/** Refused share from which a server counts as down, not as failing now and then. */
const DOWN = 0.75;

/** Random refusals are ignored up to twice their share, for half a minute; then it is tested again. */
const FORGIVENESS = 2;
const FORGIVING_TIME = 30_000;

/**
 * Learns from refusals how many requests may be in flight. `AdaptiveConcurrency` says how; it is additive
 * increase and multiplicative decrease, with steps that double until they suffice.
 */
export class RefusalCeiling {
	/** Requests in flight, on average; below 1 they are paced. Infinity while nothing is refused. */
	value = Infinity;
	/** Milliseconds of the latest accepted request; until there is one, of the first refusal. */
	private latency = 0;
	private changedAt = -Infinity;
	private acceptedSinceChange = 0;
	private acceptedSinceCut = 0;
	private cut = FIRST_CUT;
	/** The lowest level that was refused lately. */
	private refusedAt = Infinity;
	/** The level at which the present series of cuts began; 0 outside of one. */
	private seriesAt = 0;
	/** Answers in this series at the level of the test. */
	private tested = { accepted: 0, refused: 0 };
	/** Share of refusals that is random, as far as is known, and how many are still ignored. */
	private random = 0;
	private forgiven = ENOUGH;
	private forgivenUntil = Infinity;

	/** Milliseconds between two starts; 0 for none. */
	get interval(): number {
		return this.value < 1 ? Math.min(LONGEST_INTERVAL, this.latency / this.value) : 0;
	}

	/** @param knee says what would be allowed in flight without this ceiling */
	sample(isRefused: boolean, latency: number, knee: KneeSearch, now: number): void {
		if (now >= this.forgivenUntil) this.random = this.forgiven = 0;
		if (!isRefused || this.latency === 0) this.latency = Math.max(latency, SHORTEST_LATENCY);
		// What was started before the last change says nothing about it.
		if (now - latency < this.changedAt) return;
		const level = Math.min(this.value, knee.limit);
		const isTest = this.seriesAt > 0 && level <= Math.max(this.least, TEST_LEVEL * this.seriesAt);
		if (isTest) this.tested[isRefused ? 'refused' : 'accepted']++;
		if (isRefused) {
			if (this.forgiven >= 1) this.forgiven--;
			else this.refuse(level, isTest, now);
			return;
		}
		this.acceptedSinceChange++;
		this.acceptedSinceCut++;
		this.forgiven += (FORGIVENESS * this.random) / (1 - this.random);
		if (this.value > 2 * knee.settled) this.lift(now);
		else this.grow(now);
	}

	private refuse(level: number, isTest: boolean, now: number): void {
		// While everything is refused, the server is down, and no level is to blame.
		if (this.acceptedSinceCut > 0) this.refusedAt = level;
		if (this.seriesAt === 0) {
			this.seriesAt = level;
			this.random = 0;
		} else if (isTest) {
			const { accepted, refused } = this.tested;
			if (refused < ENOUGH) return;
			const share = refused / (accepted + refused);
			if (share < DOWN) {
				this.random = share;
				this.forgiven = ENOUGH;
				this.forgivenUntil = now + FORGIVING_TIME;
				this.lift(now);
				return;
			}
			this.seriesAt = level;
			this.tested = { accepted: 0, refused: 0 };
		}
		this.acceptedSinceCut = 0;
		this.change(level * (1 - this.cut), now);
		this.cut = Math.min(LARGEST_CUT, 2 * this.cut);
	}

	private grow(now: number): void {
		const { acceptedSinceChange: accepted, refusedAt, value } = this;
		if (value < refusedAt / 2) {
			if (accepted >= value) this.change(Math.min(2 * value, refusedAt / 2), now);
			return;
		}
		if (accepted < REQUESTS_BEFORE_RAISE && now - this.changedAt < LONGEST_BEFORE_RAISE) return;
		this.endSeries();
		// Half of the way to what was refused; beyond it, as far again.
		const raise = value < refusedAt ? (refusedAt - value) / 2 : value - refusedAt;
		this.change(value + Math.max(LEAST_RAISE * value, raise), now);
	}

	private lift(now: number): void {
		this.endSeries();
		this.refusedAt = Infinity;
		this.change(Infinity, now);
	}

	private endSeries(): void {
		this.seriesAt = 0;
		this.cut = FIRST_CUT;
		this.tested = { accepted: 0, refused: 0 };
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
