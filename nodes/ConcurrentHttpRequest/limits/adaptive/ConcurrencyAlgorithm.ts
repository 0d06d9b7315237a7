import type { Outcome } from '../Limit';

/** What is known when a request has ended. */
export interface Sample {
	/** Milliseconds of the clock. */
	readonly now: number;
	/** Milliseconds from the request's start to its end. */
	readonly latency: number;
	/** Requests in flight just before this one ended, itself included; from 1. */
	readonly inFlight: number;
	/** How it ended. One that we cancelled says nothing about the server and is no sample. */
	readonly kind: Exclude<Outcome['kind'], 'cancelled'>;
	/** Milliseconds by which timers of our own event loop are late at present; 0 when unknown. */
	readonly loopDelay: number;
}

/**
 * Computes how much a server can take, from how its requests end. It holds no request and no timer:
 * `AdaptiveLimit` asks it and enforces what it says.
 */
export interface ConcurrencyAlgorithm {
	/** Requests that may be in flight: a whole number from 1. */
	readonly limit: number;
	/** The limit without what it is off for a moment, to try something: the figure to show people. */
	readonly settled: number;
	/**
	 * Milliseconds that must lie between two starts, at least; 0 for none. An algorithm uses it
	 * where the server counts requests per time, since no concurrency fits such a quota.
	 */
	readonly minInterval: number;
	/** Learns from a request that has ended. */
	sample(sample: Sample): void;
}
