/** What one request asks to be admitted for. */
export interface Ask {
	/** Where it goes: `https://api.example.com`, with the port unless it is the scheme's own. */
	readonly origin: string;
	/** What it costs in each budget that does not count requests, by the budget's position. */
	readonly costs?: readonly number[];
}

/** How a request that was admitted ended. */
export interface Outcome {
	/**
	 * `success`: the server answered and was not overloaded. `refused`: it was, or its network was
	 * (429, 503, a reset, a timeout). `failed`: any other failure. `cancelled`: we ended it, so it
	 * says nothing about the server.
	 */
	readonly kind: 'success' | 'refused' | 'failed' | 'cancelled';
	/** Milliseconds from the request's start to its end. */
	readonly latency: number;
}

/**
 * One of the limits that a request has to stay within: a number in flight, a budget for each
 * interval, a pause that the server asked for. Several hold at once: a request is admitted when
 * all of them admit it, and then taken from all of them in the same turn of the event loop, so
 * that nothing is half taken and none is ever exceeded.
 */
export interface Limit {
	/**
	 * When the request may start, as far as this limit knows.
	 *
	 * @returns a time of the clock; `now` or less admits it, `Infinity` means: not before a change
	 */
	availableAt(ask: Ask, now: number): number;
	/** Counts a request that starts now. Called only when `availableAt` admits it. */
	take(ask: Ask, now: number): void;
	/** The request has ended. Called once for each `take`. */
	release?(ask: Ask, outcome: Outcome, now: number): void;
	/**
	 * @param listener to be called whenever a request might start earlier than was said
	 * @returns ends it
	 */
	onChange?(listener: () => void): () => void;
}
