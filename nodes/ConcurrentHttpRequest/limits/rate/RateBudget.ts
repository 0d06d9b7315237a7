import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import { ArrivalEstimate } from './ArrivalEstimate';
import { CostLog } from './CostLog';
import { CostTooHigh } from './CostTooHigh';
import { describeBudget } from './describeBudget';

export interface RateBudgetOptions {
	/** At most so much in any interval; above 0. */
	readonly amount: number;
	/** Milliseconds. */
	readonly interval: number;
	/** What is counted, in the plural: `requests` (the default), `tokens`. */
	readonly unit?: string;
	/** Where in `AdmissionRequest.costs` its cost stands. Without it, and where there is none, a request costs 1. */
	readonly position?: number;
	/** Whether requests follow each other at even distances instead of in bursts. */
	readonly spreadEvenly?: boolean;
}

/** Costs are counted in whole millionths: sums of fractions would drift away from the truth. */
const PRECISION = 1e6;

/** Milliseconds by which a start may be late, as timers are, and the next still be on time. */
const TIMER_LATENESS = 20;

/**
 * At most `amount` in any window of `interval` milliseconds, wherever it begins, as a log of what
 * counts at this moment. That is what a "sliding window log" is on the server's side, and since no
 * aligned window and no token bucket of that size allows less, it suits those too.
 *
 * **Whose window?** A server counts what arrives, and a request arrives later than it starts, by
 * a time that varies. A budget kept by starts alone breaks at the server: when the first hundred
 * spent 100 ms on connecting and the next hundred, an interval later, find the connections open,
 * both hundreds arrive within one interval. So each request counts from its start until one
 * interval T after a time u by which it has surely arrived:
 *
 * - its answer came: it had arrived by then;
 * - it was written to an open connection (`sent`) a margin ago: 1 % of T, 1 s at most. What is
 *   left is the network's jitter (a constant delay does not matter, it shifts all arrivals alike);
 * - where the transport does not tell, or the margin is not to be relied on: half of T, 2 s at most,
 *   and the margin. It is not while everything is cold (in the first interval, and after
 *   two without a request: connections are accepted, code is compiled, instances are started),
 *   and need not be while answers come within the margin anyway: waiting for them costs no more,
 *   and outlasts any stall on either side.
 *
 * The earliest of these is u, but never before the request is sent, and a margin from then.
 *
 * **Why this is exact.** Take any requests whose arrivals a_i all lie in one window [w, w + T). Let
 * j be the one that was admitted last, at s_j. For every other one: s_j <= a_j < w + T <= a_i + T
 * <= u_i + T, so it still counted when j was admitted. `availableAt` admits j only if the sum of all
 * that counts, and j's own cost, is at most `amount`. The same holds for starts, as s_i <= u_i.
 *
 * **What it costs.** A slot is used again after T plus the shorter of the answer's time and the
 * margin, so at least 99 % of the budget is used while requests wait, and 100 % less L/T for a server
 * that answers in L. Slots are freed in the order in which they were taken, which makes the log a
 * ring; one that is slow to connect holds the next ones for as long as it could itself be late.
 *
 * Evenly spread, the next request may start (T + margin) x cost / amount after the last one. A
 * start that comes late makes the following ones no later, within the lateness of timers.
 */
export class RateBudget implements Limit<number | undefined> {
	readonly interval: number;
	readonly unit: string;
	readonly label: string;
	private readonly position: number | undefined;
	private readonly spreadEvenly: boolean;
	private readonly arrivals: ArrivalEstimate;
	private readonly log = new CostLog();
	private readonly most: number;
	/** Evenly spread: when the next request is due. */
	private dueAt = -Infinity;

	constructor({ amount, interval, unit, position, spreadEvenly }: RateBudgetOptions) {
		if (!(amount > 0 && interval > 0)) {
			throw new RangeError('A budget needs an amount and an interval above 0');
		}
		this.most = inMillionths(amount);
		this.interval = interval;
		this.unit = unit ?? 'requests';
		this.position = position;
		this.spreadEvenly = spreadEvenly ?? false;
		this.arrivals = new ArrivalEstimate(interval);
		this.label = describeBudget(amount, interval, this.unit);
	}

	check(ask: AdmissionRequest): void {
		this.checkCost(this.costOf(ask));
	}

	availableAt(ask: AdmissionRequest, now: number): number {
		return this.costAvailableAt(this.costOf(ask), now);
	}

	take(ask: AdmissionRequest, now: number): number | undefined {
		return this.takeCost(this.costOf(ask), now);
	}

	sent(_ask: AdmissionRequest, now: number, taken: number | undefined): void {
		this.costSent(taken, now);
	}

	release(_ask: AdmissionRequest, outcome: Outcome, now: number, taken: number | undefined): void {
		this.costArrived(taken, outcome, now);
	}

	/** @throws {CostTooHigh} */
	checkCost(cost: number): void {
		if (inMillionths(cost) > this.most) throw new CostTooHigh(cost, this.amount, this.label);
	}

	/** @see Limit.availableAt */
	costAvailableAt(cost: number, now: number): number {
		if (this.spreadEvenly && now < this.dueAt) return this.dueAt;
		const { log } = this;
		log.dropUntil(now);
		return log.total + inMillionths(cost) <= this.most ? now : log.nextTime();
	}

	/** @returns the entry, for `costSent` and `costArrived`; none if it cost nothing */
	takeCost(cost: number, now: number): number | undefined {
		if (cost === 0) return undefined;
		const inParts = inMillionths(cost);
		this.arrivals.started(now);
		if (this.spreadEvenly) {
			const step = ((this.interval + this.arrivals.margin) * inParts) / this.most;
			this.dueAt = Math.max(this.dueAt, now - TIMER_LATENESS) + step;
		}
		return this.log.add(inParts, now + this.arrivals.latest + this.interval);
	}

	costSent(entry: number | undefined, now: number): void {
		if (entry === undefined) return;
		const after = now + this.arrivals.margin + this.interval;
		const isMarginTrusted = this.arrivals.isMarginTrusted(now);
		this.log.move(entry, (freeAt) => (isMarginTrusted ? after : Math.max(freeAt, after)));
	}

	costArrived(entry: number | undefined, outcome: Outcome, now: number): void {
		this.arrivals.ended(outcome);
		if (entry === undefined) return;
		this.log.move(entry, (freeAt) => Math.min(freeAt, now + this.interval));
	}

	get amount(): number {
		return this.most / PRECISION;
	}

	/** From when on nothing counts any more, if nothing is added. */
	emptyAt(): number {
		return this.log.emptyAt();
	}

	private costOf({ costs }: AdmissionRequest): number {
		return this.position === undefined ? 1 : (costs?.[this.position] ?? 1);
	}
}

function inMillionths(cost: number): number {
	return Math.round(cost * PRECISION);
}
