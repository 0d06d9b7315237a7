import { Latencies } from './Latencies';

/** The limit stands so far above the knee: capacity that becomes free shows as lower latency there. */
const HEADROOM = 1.25;

/** Requests that are measured at one limit, per request in flight; and the least that say anything. */
const ROUND_TRIPS = 2;
const LEAST_MEASURED = 8;

/** Relative error of the knee below which it counts. */
const EXACT = 0.12;

/** Share of the limit by which the knee must differ for the limit to move. */
const CLOSE = 0.15;

/** Rounds between two looks at the lower limit, at most; each costs a fifth of one round's throughput. */
const LONGEST_REST = 16;

/** Share of the limit that must be in flight, or it is not the limit that decides what is measured. */
const FULL = 0.8;

/**
 * Finds the knee by latency; `AdaptiveConcurrency` explains the mathematics. It measures in rounds: as
 * many requests as may be in flight end unheeded after a change, since they were started before it.
 *
 * - At first the limit doubles every round, until twice as much is slower by more than chance.
 * - Then rounds at the limit alternate with one at a lower limit, until their ratio is exact.
 * - If that leaves the limit where it is, looks at the lower limit become rarer.
 */
export class KneeSearch {
	/** Whether it is still in its first ascent. */
	isDoubling = true;
	/** Where the limit stands, also while the lower one is measured: a whole number from 1. */
	settled = 1;
	private readonly max: number;
	private low = 0;
	private atHigh = new Latencies();
	private atLow = new Latencies();
	private isAtLow = false;
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
		return this.isAtLow ? this.low : this.settled;
	}

	sample(latency: number, inFlight: number): void {
		if (this.settling > 0) {
			this.settling--;
			return;
		}
		const { limit, round } = this;
		round.add(latency);
		this.inFlight += inFlight;
		const enough = this.isDoubling ? limit : Math.max(LEAST_MEASURED, ROUND_TRIPS * limit);
		if (round.count < enough) return;
		const isFull = this.inFlight >= FULL * limit * round.count;
		this.startRound(0);
		if (isFull) this.learn(round);
	}

	private learn(round: Latencies): void {
		if (this.isAtLow) {
			this.atLow.join(round);
			this.goTo('high');
			this.judge();
			return;
		}
		this.atHigh.join(round);
		this.rounds++;
		if (this.isDoubling) this.judge();
		else if (this.rounds >= this.rest && this.low > 0) this.goTo('low');
	}

	private judge(): void {
		const { settled: high, low, atHigh, atLow } = this;
		this.rounds = 0;
		const { slower, error } = atLow.compare(atHigh);
		const most = Math.log(high / low);
		if (this.isDoubling) {
			const mayRise = atLow.count < LEAST_MEASURED || slower - error < most / 2;
			this.isDoubling = mayRise && high < this.max;
			if (this.isDoubling) return this.double();
		}
		if (slower + error < most / 3) this.double();
		else if (error < EXACT) this.approach(high / Math.exp(Math.min(most, Math.max(0, slower))));
	}

	/** There is room. */
	private double(): void {
		if (this.settled >= this.max) return this.restart(2 * this.rest);
		this.low = this.settled;
		this.settled = Math.min(this.max, 2 * this.settled);
		this.atLow = this.atHigh;
		this.atHigh = new Latencies();
		this.rest = 1;
		this.goTo('high');
	}

	private approach(knee: number): void {
		// A small limit has room for at least one request more, or it would never find out.
		const target = Math.min(this.max, Math.round(Math.max(HEADROOM * knee, knee + 1)));
		if (Math.abs(target - this.settled) <= Math.max(1, CLOSE * this.settled)) {
			this.restart(2 * this.rest);
			return;
		}
		this.settled = target;
		this.low = Math.min(target - 1, Math.round(target / HEADROOM ** 2));
		this.restart(1);
		this.goTo('high');
	}

	/** Measures both limits anew. */
	private restart(rest: number): void {
		this.atHigh = new Latencies();
		this.atLow = new Latencies();
		this.rest = Math.min(LONGEST_REST, rest);
	}

	private goTo(which: 'low' | 'high'): void {
		this.isAtLow = which === 'low';
		this.startRound(this.settled);
	}

	private startRound(settling: number): void {
		this.settling = settling;
		this.round = new Latencies();
		this.inFlight = 0;
	}
}
