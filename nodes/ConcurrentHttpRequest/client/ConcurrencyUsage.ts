import type { Outcome } from '../limits/Limit';
import type { Clock } from '../common/Clock';
import type { Call } from './Call';
import type { RunStatistics } from './RunStatistics';

/** The effect of a higher Max Concurrency. Times are in milliseconds. */
export interface ConcurrencyAdvice {
	readonly concurrency: number;
	/** The time that the run would take with it. */
	readonly duration: number;
	/** Time between a request and its response, on average. */
	readonly latency: number;
}

/** The run as a whole. */
interface WholeRun {
	/** Milliseconds. */
	readonly duration: number;
	readonly statistics: Pick<RunStatistics, 'requests' | 'totalLatency' | 'timeAtMaxInFlight'>;
	/** The longest time for which any other limit held requests back; milliseconds. */
	readonly longestWait: number;
	/** Share of the time in which n8n's event loop was busy, from 0 to 1. */
	readonly busy: number;
}

/** A request that has started. */
export interface StartedRequest {
	/** Its place among all that started, from 0. */
	readonly index: number;
	/** When it started or, if that is known, when it was written to its connection. */
	sentAt: number;
}

/** A faster run is not worth a sentence; milliseconds. */
const SHORTEST_RUN = 5000;

/** No more is ever advised, and no smaller step. */
const MOST_ADVISED = 50;
const LEAST_STEP = 1.5;

/** Requests that say enough: so many for each in flight, and so many at least. */
const ROUNDS = 10;
const LEAST_REQUESTS = 50;

/** A server that takes longer for a request does heavy work for it; milliseconds. */
const QUICK = 1000;

/** Share of the run in which as many as allowed were in flight, and in which another limit may have held it back. */
const FULL = 0.8;
const SELDOM = 0.02;

/** Share of the time in which n8n's event loop may be busy with the advised concurrency. */
const MOST_BUSY = 0.7;

/** Latencies are alike if their ratio lies between, and chance cannot have moved it by more than the error. */
const LEAST_RATIO = 0.93;
const MOST_RATIO = 1.25;
const LARGEST_ERROR = 0.15;

/**
 * Finds out, from a run with a fixed concurrency N, whether a higher one would have been faster.
 *
 * Requests that wait for each other at the server show it at both ends of the run, where fewer are there:
 *
 * - The first N meet an idle server. If requests queue for workers, these are faster than the later ones.
 * - The last N are left alone bit by bit. If requests share a processor, these are faster than the earlier
 *   ones.
 *
 * If neither are, and the server refused nothing, failed at nothing and states no quota, twice as much is
 * advised. More would be a guess: nothing in a run at N tells where the server's capacity ends.
 */
export class ConcurrencyUsage {
	private readonly max: number;
	private readonly clock: Clock;
	private started = 0;
	private origin: string | undefined;
	/** Whether a server failed or states a quota, or there are several. */
	private isSpoilt = false;
	/** Latencies of the first N; milliseconds. */
	private readonly first: number[] = [];
	/** Latencies of those that started last, by their index modulo the size. */
	private readonly latest: Array<{ readonly index: number; readonly latency: number }>;
	private readonly size: number;

	/** @param max requests that may be in flight; a whole number from 1 */
	constructor(max: number, clock: Clock) {
		this.max = max;
		this.clock = clock;
		this.size = Math.max(100, 4 * max);
		this.latest = [];
	}

	/** To be called when a request starts, and before it is sent. */
	start(origin: string, call: Pick<Call<unknown>, 'onSent'>): StartedRequest {
		this.origin ??= origin;
		if (origin !== this.origin) this.isSpoilt = true;
		const request = { index: this.started++, sentAt: this.clock.now() };
		if (request.index >= this.max) return request;
		// The time in which its connection is opened says nothing about how busy the server is.
		const { onSent } = call;
		call.onSent = () => {
			request.sentAt = this.clock.now();
			onSent?.();
		};
		return request;
	}

	end(
		{ index, sentAt }: StartedRequest,
		{ kind, rateLimit }: Pick<Outcome, 'kind' | 'rateLimit'>,
	): void {
		if (kind !== 'ok' || rateLimit?.remaining !== undefined) this.isSpoilt = true;
		const latency = this.clock.now() - sentAt;
		if (index < this.max) this.first.push(latency);
		const place = index % this.size;
		if (index >= (this.latest[place]?.index ?? 0)) this.latest[place] = { index, latency };
	}

	/** @returns undefined where the figures do not support it */
	advise({ duration, statistics, longestWait, busy }: WholeRun): ConcurrencyAdvice | undefined {
		const { max } = this;
		const { requests, totalLatency } = statistics;
		const concurrency = Math.min(2 * max, MOST_ADVISED);
		const step = concurrency / max;
		// One at a time is chosen for its order.
		if (max === 1 || step < LEAST_STEP || busy * step > MOST_BUSY) return undefined;
		if (this.isSpoilt) return undefined;
		if (requests < Math.max(LEAST_REQUESTS, ROUNDS * max)) return undefined;
		if (duration < SHORTEST_RUN || longestWait > SELDOM * duration) return undefined;
		const fullTime = statistics.timeAtMaxInFlight(this.clock.now());
		const latency = totalLatency / requests;
		if (fullTime < FULL * duration || latency > QUICK || !this.isUnloaded()) return undefined;
		return { concurrency, duration: duration - fullTime + fullTime / step, latency };
	}

	/** Whether requests were as fast at both ends of the run as in between. */
	private isUnloaded(): boolean {
		const { max, first, started } = this;
		const between: number[] = [];
		const last: number[] = [];
		for (const { index, latency } of this.latest) {
			(index < started - max ? between : last).push(latency);
		}
		return areAlike(first, between) && areAlike(last, between);
	}
}

/** Compares the faster half of each, because a slow response now and then says nothing about the server. */
function areAlike(few: readonly number[], many: readonly number[]): boolean {
	const one = fasterHalf(few);
	const other = fasterHalf(many);
	const error = other.deviation / other.mean / Math.sqrt(one.count);
	const ratio = one.mean / other.mean;
	return error <= LARGEST_ERROR && ratio >= LEAST_RATIO && ratio <= MOST_RATIO;
}

function fasterHalf(latencies: readonly number[]): {
	readonly count: number;
	readonly mean: number;
	readonly deviation: number;
} {
	const half = latencies
		.toSorted((one, other) => one - other)
		.slice(0, Math.ceil(latencies.length / 2));
	const count = half.length;
	const mean = half.reduce((sum, latency) => sum + latency, 0) / count;
	const variance = half.reduce((sum, latency) => sum + (latency - mean) ** 2, 0) / count;
	return { count, mean, deviation: Math.sqrt(variance) };
}
