import { describeNumber } from '../../common/describeNumber';
import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import { ArrivalEstimate } from './ArrivalEstimate';
import { CostTooHigh } from './CostTooHigh';
import { SlidingWindowLog } from './SlidingWindowLog';

export interface RateLimitOptions {
	/** At most so much in any interval; above 0. */
	readonly amount: number;
	/** Milliseconds. */
	readonly interval: number;
	/** Milliseconds for which a request counts beyond the interval; 0 unless told. See {@link countedFor}. */
	readonly safetyMargin?: number;
	/** What is counted, in the plural: `requests` (the default), `tokens`. */
	readonly unit?: string;
	/** Where a request's cost stands in {@link AdmissionRequest.costs}. Without it, a request costs 1. */
	readonly costIndex?: number;
	/** Whether requests follow each other at even distances instead of in bursts. */
	readonly spreadEvenly?: boolean;
}

/** Costs are counted in whole millionths, because sums of fractions would drift. */
const PRECISION = 1e6;

/** Milliseconds by which a start may be late, as timers are, without delaying the next. */
const TIMER_LATENESS = 20;

/**
 * A rate limit: at most `amount` in any window of `interval` milliseconds, wherever the window begins. It is
 * kept as a sliding window log. Aligned windows and token buckets of the same size allow at least as
 * much, so it suits servers that use those, too.
 *
 * **Whose window?** A server counts requests when they arrive, which is some time after they start, and that
 * time varies. A limit that is kept by starts alone breaks at the server: if the first hundred requests
 * spend 100 ms on connecting, and the next hundred find the connections open an interval later, both
 * hundreds arrive within one interval. So each request counts from its start until one interval T after
 * a time u by which it has certainly arrived:
 *
 * - when its response came;
 * - a margin after it was written to an open connection (`sent`): 1 % of T, 1 s at most. The margin covers
 *   the network's jitter; a constant delay does not matter, because it shifts all arrivals alike;
 * - half of T (2 s at most) and the margin after its start, where the transport does not tell or the
 *   margin is not to be trusted. It is not trusted in the first interval, nor after two without a
 *   request, when connections are accepted, code is compiled and instances are started. It is not needed
 *   where responses come within the margin anyway: to wait for them costs no more.
 *
 * The earliest of these is u, but never before the request is sent, and a margin from then. A request that is
 * still not sent an interval later counts on, and holds nobody but by its own cost.
 *
 * **Why this is exact.** Take any requests whose arrivals a_i all lie in one window [w, w + T). Let
 * j be the one that was admitted last, at s_j. For every other one: s_j <= a_j < w + T <= a_i + T
 * <= u_i + T, so it still counted when j was admitted. `availableAt` admits j only if the sum of all
 * that counts, and j's own cost, is at most `amount`. The same holds for starts, as s_i <= u_i.
 *
 * **What it costs.** A place is used again after T plus the shorter of the response time and the
 * margin, so at least 99 % of the limit is used while requests wait, and 1 - L/T of it with a server
 * that responds in L. Places are freed in the order in which they were taken, which makes the log a
 * ring; a request that is slow to connect holds the next ones for as long as it could itself be late.
 *
 * Evenly spread, the next request may start (T + margin) x cost / amount after the last one. A
 * start that comes late does not delay the following ones, within the lateness of timers.
 */
export class RateLimit implements Limit<number | undefined> {
	readonly amount: number;
	readonly unit: string;
	readonly label: string;
	private readonly counted: number;
	private readonly costIndex: number | undefined;
	private readonly spreadEvenly: boolean;
	private readonly arrivals: ArrivalEstimate;
	private readonly log = new SlidingWindowLog();
	private readonly capacity: number;
	/** When the next request is due, if they are spread evenly. */
	private dueAt = -Infinity;

	constructor(options: RateLimitOptions) {
		const { amount, interval, unit, costIndex, spreadEvenly } = options;
		if (!(amount > 0 && interval > 0)) {
			throw new RangeError('A rate limit needs an amount and an interval above 0');
		}
		this.amount = amount;
		this.capacity = inMillionths(amount);
		this.counted = countedFor(options);
		this.unit = unit ?? 'requests';
		this.costIndex = costIndex;
		this.spreadEvenly = spreadEvenly ?? false;
		this.arrivals = new ArrivalEstimate(interval);
		this.label = describeRateLimit(amount, interval, this.unit);
	}

	/** @throws {CostTooHigh} */
	check(request: AdmissionRequest, cost = costOf(request, this.costIndex)): void {
		if (inMillionths(cost) > this.capacity) throw new CostTooHigh(cost, this.label);
	}

	availableAt(
		request: AdmissionRequest,
		now: number,
		cost = costOf(request, this.costIndex),
	): number {
		if (this.spreadEvenly && cost > 0 && now < this.dueAt) return this.dueAt;
		const { log } = this;
		log.dropUntil(now);
		return log.total + inMillionths(cost) <= this.capacity ? now : log.nextEnd();
	}

	/** @returns the entry in the log; `undefined` if the request costs nothing */
	take(
		request: AdmissionRequest,
		now: number,
		cost = costOf(request, this.costIndex),
	): number | undefined {
		if (cost === 0) return undefined;
		const millionths = inMillionths(cost);
		this.arrivals.started(now);
		if (this.spreadEvenly) {
			const step = ((this.counted + this.arrivals.margin) * millionths) / this.capacity;
			this.dueAt = Math.max(this.dueAt, now - TIMER_LATENESS) + step;
		}
		return this.log.add(millionths, now + this.arrivals.latest + this.counted);
	}

	sent(_request: AdmissionRequest, now: number, entry: number | undefined): void {
		if (entry === undefined) return;
		const end = now + this.arrivals.margin + this.counted;
		const guess = this.log.endOf(entry);
		const isExact = guess === Infinity || this.arrivals.isMarginTrusted(now);
		this.log.setEnd(entry, isExact ? end : Math.max(guess, end));
	}

	release(
		_request: AdmissionRequest,
		outcome: Outcome,
		now: number,
		entry: number | undefined,
	): void {
		this.arrivals.ended(outcome);
		if (entry === undefined) return;
		this.log.setEnd(entry, Math.min(this.log.endOf(entry), now + this.counted));
	}

	/** When nothing counts any more, if nothing is added. */
	emptyAt(): number {
		return this.log.emptyAt();
	}
}

/**
 * Milliseconds for which a request counts after it has certainly arrived: the interval, and the safety
 * margin m. Any window of T + m then holds at most `amount`. So does any window of T by clocks that read
 * an arrival up to m late, because what such a window holds arrived within T + m.
 */
export function countedFor({ interval, safetyMargin = 0 }: RateLimitOptions): number {
	return interval + safetyMargin;
}

/**
 * @param costIndex see {@link RateLimitOptions.costIndex}
 * @returns a multiple of a millionth
 */
export function costOf({ costs }: AdmissionRequest, costIndex: number | undefined): number {
	return costIndex === undefined ? 1 : inMillionths(costs?.[costIndex] ?? 1) / PRECISION;
}

function inMillionths(cost: number): number {
	return Math.round(cost * PRECISION);
}

/** The intervals in which rate limits are stated, in milliseconds, the longest first. */
const INTERVALS: ReadonlyArray<readonly [interval: number, one: string, many: string]> = [
	[86_400_000, 'a day', 'days'],
	[3_600_000, 'an hour', 'hours'],
	[60_000, 'a minute', 'minutes'],
	[1000, 'a second', 'seconds'],
	[1, 'a millisecond', 'ms'],
];

/**
 * `the limit of 100 requests a minute`, `the limit of 1 request every 10 seconds`
 *
 * @param interval milliseconds
 * @param unit what is counted, in the plural
 */
export function describeRateLimit(amount: number, interval: number, unit: string): string {
	const noun = amount === 1 && unit === 'requests' ? 'request' : unit;
	return `the limit of ${describeNumber(amount)} ${noun} ${describeInterval(interval)}`;
}

function describeInterval(interval: number): string {
	for (const [length, one, many] of INTERVALS) {
		if (interval === length) return one;
		if (interval > length && interval % length === 0) return `every ${interval / length} ${many}`;
	}
	return `every ${interval} ms`;
}
