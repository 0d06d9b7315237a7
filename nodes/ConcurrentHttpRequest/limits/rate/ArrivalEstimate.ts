import type { Outcome } from '../Limit';

/** How much longer than an interval a request counts while its arrival is not certain. */
const MARGIN = { share: 0.01, most: 1000 };

/** Added for look-ups, handshakes, and a server that has to wake up. */
const COLD_START = { share: 0.5, most: 2000 };

/** Milliseconds without a request after which connections are likely to be closed. */
const KEEP_ALIVE = 4000;

/** Estimates by when requests have certainly arrived at their server; {@link RateLimit} explains why. */
export class ArrivalEstimate {
	/** The most milliseconds from writing a request to an open connection to its arrival. */
	readonly margin: number;
	/** The most milliseconds from a request's start to its arrival, whatever is known of it. */
	readonly latest: number;
	private readonly coldAfter: number;
	private readonly interval: number;
	/** Running mean and deviation of latencies; `undefined` before the first. */
	private mean: number | undefined;
	private deviation = 0;
	private startedAt = -Infinity;
	/** From when on connections are open and the server is warm. */
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

	/** A request has ended. The gains are those of RFC 6298, section 2. */
	ended({ kind, latency }: Outcome): void {
		if (kind === 'cancelled') return;
		if (this.mean === undefined) {
			this.mean = latency;
			this.deviation = latency / 2;
			return;
		}
		this.deviation += (Math.abs(latency - this.mean) - this.deviation) / 4;
		this.mean += (latency - this.mean) / 8;
	}

	/**
	 * Whether a request that is written now may be taken to arrive within the margin. Nearly all responses
	 * take less than the mean plus four deviations (V. Jacobson, "Congestion Avoidance and Control",
	 * SIGCOMM 1988). Where that is below the margin, waiting for the response costs nothing more.
	 */
	isMarginTrusted(now: number): boolean {
		return now >= this.warmAt && (this.mean ?? 0) + 4 * this.deviation > this.margin;
	}
}
