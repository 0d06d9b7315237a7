import { ExchangeFacts } from '../transport/ExchangeFacts';

const NOTHING: readonly string[] = [];

/**
 * The facts of one request of an item: all its tries, redirects and waits. It is filled while the
 * request goes on, so that it also tells of one that failed. Durations are in milliseconds.
 */
export class RequestFacts {
	/** When the request was ready, in milliseconds since 1970; its waits come after that. */
	readonly startedAt = Date.now();
	/** Tries that were sent. One that the server has not looked at does not count. */
	tries = 0;
	/** The sum of all waits: for permits, between tries, and before redirects. */
	waited = 0;
	/** The sum of all exchanges, including failed tries and redirects. */
	onWire = 0;
	/** Why each try before the last was repeated, in order: `429`, `timeout`. */
	refusedWith: readonly string[] = NOTHING;
	/** The facts of the latest exchange. */
	readonly exchange = new ExchangeFacts();

	/** The sum of waits and exchanges. */
	get total(): number {
		return this.waited + this.onWire;
	}

	/** @param cause what is tried again, such as `503` or `timeout` */
	retried(cause: string): void {
		this.refusedWith = [...this.refusedWith, cause];
	}
}
