import type { RateLimitInfo } from '../limits/server/rateLimitInfo';
import type { BodyReceiver } from '../transport/BodyReceiver';
import { RequestFacts } from './RequestFacts';

/** What sending needs to know of the item that a request belongs to. */
export interface CallOptions<T> {
	/** What a request costs in each rate limit that counts a cost. */
	readonly costs: readonly number[];
	/** Told of each wait, so that another item can take this one's place meanwhile. */
	readonly waits: (wait: Promise<unknown>) => void;
	/** Takes the bodies that it wants while they arrive. */
	readonly receiver?: BodyReceiver<T> | undefined;
	/** Learns what becomes of the request. */
	readonly facts?: RequestFacts | undefined;
}

/**
 * The state of one request on its way through the client, with all its attempts and redirects. The
 * middlewares share it.
 */
export class Call<T> {
	readonly costs: readonly number[];
	readonly waits: (wait: Promise<unknown>) => void;
	readonly receiver: BodyReceiver<T> | undefined;
	readonly facts: RequestFacts;
	/** When the first exchange started, in the clock's milliseconds; `undefined` before. */
	firstStartedAt: number | undefined;
	/** Whether an exchange of the current attempt has started. */
	hasStarted = false;
	/**
	 * Whether a server may have carried the request out before it redirected the current attempt (301,
	 * 302, 303). After 307 and 308 it has not: they want the same request elsewhere.
	 */
	mayHaveTakenEffect = false;
	/** Milliseconds that the current attempt may still take on the wire. */
	timeLeft = 0;
	/** What the latest response says about its server's limits; `undefined` before the first. */
	rateLimit: RateLimitInfo | undefined;
	/** To be called when the request is written to its connection. */
	onSent: (() => void) | undefined;

	constructor({ costs, waits, receiver, facts }: CallOptions<T>) {
		this.costs = costs;
		this.waits = waits;
		this.receiver = receiver;
		this.facts = facts ?? new RequestFacts();
	}

	/** @param timeout milliseconds that the attempt may take on the wire, redirects included */
	beginAttempt(timeout: number): void {
		this.hasStarted = false;
		this.mayHaveTakenEffect = false;
		this.timeLeft = timeout;
	}
}
