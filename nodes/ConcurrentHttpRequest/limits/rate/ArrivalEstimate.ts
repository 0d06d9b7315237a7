import type { Outcome } from '../Limit';
import { AnswerTime } from './AnswerTime';

/** How much longer than an interval a request counts while its arrival is not known for sure. */
const MARGIN = { share: 0.01, most: 1000 };

/** The same, on top of it, for look-ups, handshakes, and a server that has to wake up. */
const COLD_START = { share: 0.5, most: 2000 };

/** Milliseconds without a request after which connections are likely to be closed. */
const KEEP_ALIVE = 4000;

/** By when requests have surely arrived at their server; `RateBudget` says why it is that. */
export class ArrivalEstimate {
	/** Milliseconds from a request's way onto an open connection to its arrival, at most. */
	readonly margin: number;
	/** Milliseconds from a start to the arrival, whatever is heard of it. */
	readonly latest: number;
	private readonly coldAfter: number;
	private readonly interval: number;
	private readonly answers = new AnswerTime();
	private startedAt = -Infinity;
	/** From when on everything is warm. */
	private warmAt = -Infinity;

	/** @param interval milliseconds for which a request counts */
	constructor(interval: number) {
		this.interval = interval;
		this.margin = Math.min(interval * MARGIN.share, MARGIN.most);
		this.latest = this.margin + Math.min(interval * COLD_START.share, COLD_START.most);
		this.coldAfter = Math.max(2 * interval, KEEP_ALIVE);
	}

	/** A request starts. */
	started(now: number): void {
		if (now - this.startedAt > this.coldAfter) this.warmAt = now + this.interval;
		this.startedAt = now;
	}

	/** A request has ended. */
	ended({ kind, latency }: Outcome): void {
		if (kind !== 'cancelled') this.answers.add(latency);
	}

	/** Whether a request that is written now arrives within the margin: all is warm, and it matters. */
	isMarginTrusted(now: number): boolean {
		return now >= this.warmAt && (this.answers.bound ?? 0) > this.margin;
	}
}
