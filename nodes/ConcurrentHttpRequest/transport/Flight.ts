import type { Exchange } from './Exchange';
import { TransportFailure } from './TransportFailure';

/** One request on its way: what ends it at once, whatever it waits for. */
export class Flight {
	/** Why it was ended before its response was complete. */
	failure: TransportFailure | undefined;
	/** What is on the wire now. */
	exchange: Pick<Exchange, 'abort'> | undefined;
	private deadline: NodeJS.Timeout;
	/** Milliseconds until it is ended, counted from `since`. */
	private left: number;
	private since = performance.now();
	private standsStill = false;
	private readonly timeout: number;
	private endWait: ((failure: TransportFailure) => void) | undefined;

	/**
	 * @param timeLeft milliseconds until it is ended
	 * @param timeout milliseconds that the whole attempt may take, for the error
	 */
	constructor(timeLeft: number, timeout: number) {
		this.timeout = timeout;
		this.left = timeLeft;
		this.deadline = setTimeout(expire, timeLeft, this, timeout);
	}

	/** Ends it at once, whatever it waits for. */
	abort(failure: TransportFailure): void {
		this.failure ??= failure;
		this.exchange?.abort(failure);
		this.endWait?.(failure);
	}

	/**
	 * Waits for what knows nothing of this flight's end: a check, a signature, a file.
	 *
	 * @throws the failure that ended the flight, at once
	 */
	async waitFor<T>(work: Promise<T>): Promise<T> {
		if (this.failure) {
			// A rejection that nobody hears would end n8n.
			work.catch(() => {});
			throw this.failure;
		}
		const ended = new Promise<never>((_, reject) => {
			this.endWait = reject;
		});
		try {
			return await Promise.race([work, ended]);
		} finally {
			this.endWait = undefined;
		}
	}

	/** The timeout stands still until `goOn`. */
	standStill(): void {
		if (this.standsStill) return;
		this.standsStill = true;
		clearTimeout(this.deadline);
		this.left = Math.max(0, this.left - (performance.now() - this.since));
	}

	goOn(): void {
		this.standsStill = false;
		this.since = performance.now();
		this.deadline = setTimeout(expire, this.left, this, this.timeout);
	}

	/** To be called when it has ended, however it ended. */
	land(): void {
		clearTimeout(this.deadline);
	}
}

function expire(flight: Flight, timeout: number): void {
	const failure = new TransportFailure('timeout', `No complete response within ${timeout} ms`);
	if (!flight.exchange) failure.isUnsent = true;
	flight.abort(failure);
}
