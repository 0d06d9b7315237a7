import type { Exchange } from './Exchange';
import { TransportFailure } from './TransportFailure';

/** A request on its way, redirects included: what ends all of it at once. */
export class Flight {
	/** Why it was ended before its answer was complete. */
	failure: TransportFailure | undefined;
	/** What is on the wire now. */
	exchange: Pick<Exchange, 'abort'> | undefined;
	/** For the first exchange; taken away with it. */
	onSent: (() => void) | undefined;
	private readonly deadline: NodeJS.Timeout;
	private endWait: ((failure: TransportFailure) => void) | undefined;

	/** @param timeout milliseconds until it is ended */
	constructor(timeout: number, onSent: (() => void) | undefined) {
		this.onSent = onSent;
		this.deadline = setTimeout(expire, timeout, this, timeout);
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

	/** To be called when it has ended, however it ended. */
	land(): void {
		clearTimeout(this.deadline);
	}
}

function expire(flight: Flight, timeout: number): void {
	flight.abort(new TransportFailure('timeout', `No complete answer within ${timeout} ms`));
}
