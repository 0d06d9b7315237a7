import type { ServerWord } from './server/serverWord';

/** What one request asks to be admitted for. */
export interface AdmissionRequest {
	/** Where it goes: `https://api.example.com`, with the port unless it is the scheme's own. */
	readonly origin: string;
	/** What it costs in each budget that does not count requests, by the budget's position. */
	readonly costs?: readonly number[];
	/**
	 * It goes on with what has been admitted before, as after a redirect, or in the next try. It then
	 * takes its turn before those that have not begun: what the server has prepared may not hold for
	 * long, and an item has only so much time.
	 */
	readonly isUnderWay?: boolean;
	/** Milliseconds that its item may take, from the start of its first request to that of its last. */
	readonly totalTime?: number;
	/** When the first was started; the clock's milliseconds. None has been, if left out. */
	readonly firstStartedAt?: number;
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
	readonly word?: ServerWord | undefined;
}

/**
 * Called whenever a request might start earlier than a limit has said.
 *
 * @param origin the only origin that this concerns; any, if left out
 */
export type ChangeListener = (origin?: string) => void;

/**
 * One of the limits that a request has to stay within: a number in flight, a budget for each
 * interval, a pause that the server asked for. Several hold at once: a request is admitted when
 * all of them admit it, and then taken from all of them in the same turn of the event loop, so
 * that nothing is half taken and none is ever exceeded.
 *
 * Times are milliseconds of the run's clock.
 *
 * @typeParam Taken what `take` hands out, to be given back with `release`
 */
export interface Limit<Taken = unknown> {
	/**
	 * Whether it keeps count for each origin by itself. A request that waits for such a limit lets
	 * requests to other origins pass. One that waits for any other limit is waited for: the limit
	 * is common to all, and whoever came first would else be overtaken for ever.
	 */
	readonly perOrigin?: boolean;
	/**
	 * Whether the server imposes the wait. A request that would have to wait for longer than its item
	 * may take is then refused.
	 */
	readonly isImposed?: boolean;
	/**
	 * What a request that it just held back waits for, to be read after "waited 12 s for": "the
	 * quota of 100 requests a minute". Waits without a label are not counted.
	 */
	readonly label?: string;
	/** Throws if the request can never be admitted, in words for the user. Called once an ask. */
	check?(ask: AdmissionRequest): void;
	/**
	 * When the request may start, as far as this limit knows. It is asked again then, on each change,
	 * and after each release; it must be cheap.
	 *
	 * @returns a time of the clock; `now` or less admits it, `Infinity` means: not before a change
	 */
	availableAt(ask: AdmissionRequest, now: number): number;
	/** Counts a request that starts now. Called only when `availableAt` admits it. */
	take(ask: AdmissionRequest, now: number): Taken;
	/** The request has been written to its connection. Not every transport tells. */
	sent?(ask: AdmissionRequest, now: number, taken: Taken): void;
	/** The request has ended. Called once for each `take`. */
	release?(ask: AdmissionRequest, outcome: Outcome, now: number, taken: Taken): void;
	/**
	 * The request that it last held back does not wait for it any longer: it was ended, or something
	 * else holds it back. Only for limits that are not `perOrigin`.
	 */
	forgo?(): void;
	/** @returns ends it */
	onChange?(listener: ChangeListener): () => void;
}
