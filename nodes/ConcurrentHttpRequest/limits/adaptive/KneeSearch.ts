import { Latencies } from './Latencies';

/** The limit stands so far above the knee: capacity that becomes free shows as lower latency there. */
const HEADROOM = 1.25;

/** Requests that are measured at one limit, per request in flight; and the least that say anything. */
const ROUND_TRIPS = 2;
const LEAST_MEASURED = 8;

/** The knee is believed when it is known to an eighth, and moves nothing closer than a fifth. */
const EXACT = 0.12;
const CLOSE = 0.2;

/** Rounds between two looks at the lower limit, at most; each costs a fifth of one round's throughput. */
const LONGEST_REST = 32;

/** Standard errors by which latency must have changed for the past to be forgotten. */
const CHANGED = 4;

/** Share of the limit that must be in flight, or it is not the limit that decides what is measured. */
const FULL = 0.8;

/**
 * Finds the knee by latency; `AdaptiveConcurrency` explains the mathematics. It measures in rounds: as
 * many requests as may be in flight end unheeded after a change, since they were started before it.
 *
 * - At first the limit doubles every round, until twice as much is slower by more than chance.
 * - Then rounds at the limit alternate with one at a lower limit, until their ratio is exact.
 * - If that leaves the limit where it is, looks at the lower limit become rarer, until latency changes.
 */
export class KneeSearch {
	private readonly max: number;
	private high = 1;
	private low = 0;
	private atHigh = new Latencies();
	private atLow = new Latencies();
	/** The least limit at which requests only queued since latency changed. */
	private tooHigh = Infinity;
	private isAtLow = false;
	private state: 'doubling' | 'checking' | 'known' = 'doubling';
	/** Rounds at the limit since the last look at the lower one, and how many there are to be. */
	private rounds = 0;
	private rest = 1;
	/** Requests still to be ignored. */
	private settling = 0;
	private round = new Latencies();
	private inFlight = 0;

	/** @param max a whole number from 1 */
	constructor(max: number) {
		this.max = max;
	}

	/** Requests that may be in flight: a whole number from 1. */
	get limit(): number {
		return this.isAtLow ? this.low : this.high;
	}

	/** Where the limit stands, also while the lower one is measured. */
	get settled(): number {
		return this.high;
	}

	get isDoubling(): boolean {
		return this.state === 'doubling';
	}

	/** @param ceiling requests that something else allows in flight */
	sample(latency: number, inFlight: number, ceiling: number): void {
		const { limit, round } = this;
		if (ceiling < FULL * limit) this.startRound(limit);
		if (this.settling > 0) {
			this.settling--;
			return;
		}
		round.add(latency);
		this.inFlight += inFlight;
		const enough =
			this.state === 'doubling' ? limit : Math.max(LEAST_MEASURED, ROUND_TRIPS * limit);
		if (round.count < enough) return;
		const isFull = this.inFlight >= FULL * limit * round.count;
		this.round = new Latencies();
		this.inFlight = 0;
		if (isFull) this.learn(round);
	}

	private learn(round: Latencies): void {
		if (this.isAtLow) {
			this.atLow.join(round);
			this.goTo('high');
			this.judge();
			return;
		}
		if (this.state === 'known' && Math.abs(this.atHigh.compare(round).sigmas) > CHANGED) {
			this.forget();
		}
		this.atHigh.join(round);
		this.rounds++;
		if (this.state === 'doubling') this.judge();
		else if (this.rounds >= this.rest && this.low >= 1) this.goTo('low');
	}

	private judge(): void {
		const { high, low, atHigh, atLow } = this;
		this.rounds = 0;
		if (this.state === 'doubling' && atLow.count < LEAST_MEASURED) {
			this.double();
			return;
		}
		if (atLow.count === 0 || atHigh.count === 0) return;
		const { slower, error } = atLow.compare(atHigh);
		const most = Math.log(high / low);
		if (this.state !== 'known') {
			if (slower - error < most / 2) {
				this.double();
				return;
			}
			this.state = error < EXACT ? 'known' : 'checking';
			if (this.state === 'checking') return;
		}
		if (slower + error < most / 3) this.double();
		else if (slower - 2 * error > (2 * most) / 3 && low > 1) this.halve();
		else if (error < EXACT) this.approach(high / Math.exp(Math.min(most, Math.max(0, slower))));
	}

	/** There is room. */
	private double(): void {
		if (this.high >= this.max) {
			this.state = 'known';
			this.stay();
			return;
		}
		if (2 * this.high >= this.tooHigh) {
			this.approach(this.high);
			return;
		}
		this.low = this.high;
		this.high = Math.min(this.max, 2 * this.high);
		this.atLow = this.atHigh;
		this.atHigh = new Latencies();
		if (this.state === 'checking') this.state = 'doubling';
		this.rest = 1;
		this.goTo('high');
	}

	/** Even the lower limit queues, so nothing is lost there, and the knee is lower still. */
	private halve(): void {
		this.tooHigh = this.high;
		this.high = this.low;
		this.low = Math.max(1, Math.floor(this.low / 2));
		this.atHigh = this.atLow;
		this.atLow = new Latencies();
		this.rest = 1;
		this.goTo('high');
	}

	private approach(knee: number): void {
		// A small limit has room for at least one request more, or it would never find out.
		const limit = Math.max(HEADROOM * knee, Math.min(knee + 1, 2 * knee));
		const target = Math.min(this.max, Math.max(1, Math.round(limit)));
		if (Math.abs(target - this.high) <= Math.max(1, CLOSE * this.high)) {
			this.stay();
			return;
		}
		this.high = target;
		this.low = Math.max(1, Math.min(target - 1, Math.round(target / HEADROOM ** 2)));
		this.forget();
		this.goTo('high');
	}

	private stay(): void {
		this.rest = Math.min(LONGEST_REST, 2 * this.rest);
		this.atHigh.forgetOld();
		this.atLow.forgetOld();
	}

	private forget(): void {
		this.atHigh = new Latencies();
		this.atLow = new Latencies();
		this.tooHigh = Infinity;
		this.rest = 1;
	}

	private goTo(which: 'low' | 'high'): void {
		const before = this.limit;
		this.isAtLow = which === 'low';
		this.startRound(Math.max(before, this.limit));
	}

	private startRound(settling: number): void {
		this.settling = settling;
		this.round = new Latencies();
		this.inFlight = 0;
	}
}
