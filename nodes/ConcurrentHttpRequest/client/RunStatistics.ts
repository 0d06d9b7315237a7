import type { Outcome } from '../limits/Limit';

/** One request and its response, or its failure. Each try, page and redirect is a request of its own. */
export interface EndedRequest {
	/** `https://api.example.com` */
	readonly origin: string;
	readonly outcome: Outcome;
	/** Why there is no response, such as `timeout`; `undefined` with a response. */
	readonly failure: string | undefined;
	/** The clock's milliseconds. */
	readonly now: number;
}

/**
 * Hears what happens in a run while it happens, for figures that cost too much to be kept always. Times
 * are the clock's milliseconds. Its methods must not throw.
 */
export interface RunObserver {
	/** @param waited milliseconds for which limits held the request back */
	requestStarted(now: number, waited: number): void;
	requestEnded(request: EndedRequest): void;
}

/**
 * Counts what a run does, while it does it. It is the one place that counts: the hint, the progress and the
 * summary read it.
 */
export class RunStatistics {
	/** Items that have ended with a response. */
	itemsSucceeded = 0;
	/** Items that have ended with an error. */
	itemsFailed = 0;
	/** Requests that were started. */
	requests = 0;
	/** Requests that have ended. */
	requestsEnded = 0;
	/** Requests that have ended with a response. */
	responses = 0;
	/** Milliseconds that all requests that have ended took together. */
	totalLatency = 0;
	/** Requests that are in flight. */
	inFlight = 0;
	/** The most requests that were in flight at the same time. */
	mostInFlight = 0;
	/** Connections that were opened. */
	connections = 0;
	/** Attempts beyond each item's first. */
	retries = 0;
	/** Attempts that the retry budget did not allow. */
	retriesNotMade = 0;
	/** Hears of each event; set before the first request. */
	observer: RunObserver | undefined;
	private readonly maxInFlight: number;
	private fullSince = 0;
	private fullFor = 0;
	private readonly failures = new Map<string, number>();
	private readonly retryCauses = new Map<string, number>();

	/** @param maxInFlight requests that may be in flight at most */
	constructor(maxInFlight = Infinity) {
		this.maxInFlight = maxInFlight;
	}

	/**
	 * @param now the clock's milliseconds
	 * @param waited milliseconds for which limits held the request back
	 */
	requestStarted(now: number, waited: number): void {
		this.requests++;
		this.inFlight++;
		if (this.inFlight > this.mostInFlight) this.mostInFlight = this.inFlight;
		if (this.inFlight === this.maxInFlight) this.fullSince = now;
		this.observer?.requestStarted(now, waited);
	}

	requestEnded(request: EndedRequest): void {
		this.requestsEnded++;
		if (request.failure === undefined) this.responses++;
		this.totalLatency += request.outcome.latency;
		if (this.inFlight === this.maxInFlight) this.fullFor += request.now - this.fullSince;
		this.inFlight--;
		this.observer?.requestEnded(request);
	}

	/**
	 * Milliseconds during which as many requests as allowed were in flight.
	 *
	 * @param now the clock's milliseconds
	 */
	timeAtMaxInFlight(now: number): number {
		return this.fullFor + (this.inFlight === this.maxInFlight ? now - this.fullSince : 0);
	}

	connectionOpened(): void {
		this.connections++;
	}

	itemSucceeded(): void {
		this.itemsSucceeded++;
	}

	/** @param kind what failures of this kind have in common, such as `503` or `timeout` */
	itemFailed(kind: string): void {
		this.itemsFailed++;
		count(this.failures, kind);
	}

	/** @param cause what was tried again, such as `503` or `timeout` */
	retried(cause: string): void {
		this.retries++;
		count(this.retryCauses, cause);
	}

	retryNotMade(): void {
		this.retriesNotMade++;
	}

	/** Those of the failed items that were not even tried, because the run ended before. */
	get itemsNotTried(): number {
		return this.failures.get(NOT_TRIED) ?? 0;
	}

	/** Failures by kind, the most frequent first. */
	failuresByKind(): Counted[] {
		return mostFrequentFirst(this.failures);
	}

	/** Retries by cause, the most frequent first. */
	retriesByCause(): Counted[] {
		return mostFrequentFirst(this.retryCauses);
	}
}

/** The kind of failure of an item whose turn did not come before the run ended. */
export const NOT_TRIED = 'not tried';

/** So many of a kind. */
export interface Counted {
	readonly kind: string;
	readonly count: number;
}

function count(counts: Map<string, number>, kind: string): void {
	counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

function mostFrequentFirst(counts: ReadonlyMap<string, number>): Counted[] {
	return [...counts]
		.map(([kind, count]) => ({ kind, count }))
		.sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}
