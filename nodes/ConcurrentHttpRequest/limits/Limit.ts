import type { RateLimitInfo } from './server/rateLimitInfo';

/** A request that asks to be admitted. */
export interface AdmissionRequest {
	/** Where it goes: `https://api.example.com`, with the port unless it is the scheme's default. */
	readonly origin: string;
	/** Its cost in each rate limit that counts a cost, by the limit's `costIndex`. */
	readonly costs?: readonly number[];
	/** Milliseconds that its item may take, from the start of its first request to that of its last. */
	readonly totalTime?: number;
	/** When its first exchange started, by the clock; `undefined` before. */
	readonly firstStartedAt?: number | undefined;
}

/**
 * Whether a request was admitted before: it is a retry or the target of a redirect. It goes ahead of
 * requests that have not begun, because what the server has prepared may not last and an item has only
 * so much time.
 */
export function isUnderWay({ firstStartedAt }: AdmissionRequest): boolean {
	return firstStartedAt !== undefined;
}

/** How a request that was admitted ended. */
export interface Outcome {
	/**
	 * - `ok`: the server responded and was not overloaded.
	 * - `overloaded`: the server was, or its network was (429, 503, a reset, a timeout).
	 * - `failed`: any other failure of the server (500, no connection).
	 * - `cancelled`: says nothing about the server. We ended it, a rule forbade it, the server did not
	 *   look at it, or the response was not what we can use.
	 */
	readonly kind: 'ok' | 'overloaded' | 'failed' | 'cancelled';
	/** Milliseconds from the request's start to its end. */
	readonly latency: number;
	/** Of the response; `undefined` without one. */
	readonly status?: number | undefined;
	/** What the response says about its server's limits; `undefined` without one. */
	readonly rateLimit?: RateLimitInfo | undefined;
}

/**
 * A limit that requests have to stay within: a concurrency, a rate, a pause that the server asked for.
 * A request is admitted when all limits admit it, and is counted by all of them in the same turn of
 * the event loop, so that none is ever exceeded.
 *
 * Times are milliseconds of the run's clock.
 *
 * @typeParam Reservation what `take` returns, and `sent` and `release` get back
 */
export interface Limit<Reservation = unknown> {
	/**
	 * Whether the limit counts each origin separately. A request that waits for such a limit lets requests
	 * to other origins pass. A request that waits for a common limit holds up all others: smaller ones
	 * could otherwise overtake it for ever.
	 */
	readonly perOrigin?: boolean;
	/** Whether the server imposes the wait. A wait beyond the item's total time is then refused. */
	readonly isImposed?: boolean;
	/**
	 * What the request that it last held back waits for, to be read after "Waited 12 s for": "the
	 * limit of 100 requests a minute". Waits without a label are not counted.
	 */
	readonly label?: string;
	/** Throws if the request can never be admitted, in words for the user. Called once a request. */
	check?(request: AdmissionRequest): void;
	/**
	 * When the request may start, as far as the limit knows. It is called again at that time, on each
	 * change, and after each release, so it must be cheap.
	 *
	 * @returns a time of the clock; `now` or less admits it, `Infinity` means: not before a change
	 */
	availableAt(request: AdmissionRequest, now: number): number;
	/** Counts a request that starts now. Called only when `availableAt` admits it. */
	take(request: AdmissionRequest, now: number): Reservation;
	/** The request has been written to its connection. Not every transport tells. */
	sent?(request: AdmissionRequest, now: number, reservation: Reservation): void;
	/** The request has ended. Called once for each `take`. */
	release?(
		request: AdmissionRequest,
		outcome: Outcome,
		now: number,
		reservation: Reservation,
	): void;
	/**
	 * The request that it last held back has stopped waiting for it: it was cancelled, or another limit
	 * holds it back. Called only for limits that are not `perOrigin`.
	 */
	withdraw?(): void;
	/**
	 * Called once, by the admission that the limit belongs to.
	 *
	 * @param listener to be called when a request might start earlier than the limit has said; with an
	 *   origin if only that one is affected
	 */
	onChange?(listener: (origin?: string) => void): void;
}
