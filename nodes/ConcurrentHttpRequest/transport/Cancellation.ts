import { TransportFailure } from './TransportFailure';

/** Ends a request at once, whatever it waits for: at its deadline, or because the run has ended. */
export class Cancellation {
	/** Why the request was ended before its response was complete. */
	failure: TransportFailure | undefined;
	/** What is on the wire now. */
	exchange: { abort(failure: TransportFailure): void } | undefined;
	private readonly timeout: number;
	private deadline: NodeJS.Timeout | undefined;
	/** Milliseconds to the deadline, counted from `since`. */
	private left: number;
	private since = performance.now();
	private endWait: ((failure: TransportFailure) => void) | undefined;

	/**
	 * @param timeLeft milliseconds to the deadline
	 * @param timeout milliseconds that the whole attempt may take, for the error
	 */
	constructor(timeLeft: number, timeout: number) {
		this.timeout = timeout;
		this.left = timeLeft;
		this.deadline = setTimeout(expire, timeLeft, this, timeout);
	}

	/** Ends the request. */
	cancel(failure: TransportFailure): void {
		this.failure ??= failure;
		this.exchange?.abort(failure);
		this.endWait?.(failure);
	}

	/**
	 * Waits for what knows nothing of the request's end: a check, a signature, a file.
	 *
	 * @throws the failure that ended the request, at once
	 */
	async waitFor<T>(work: Promise<T>): Promise<T> {
		if (this.failure) {
			// An unhandled rejection would crash n8n.
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

	/** Milliseconds to the deadline. */
	get timeLeft(): number {
		const passed = this.deadline ? performance.now() - this.since : 0;
		return Math.max(0, this.left - passed);
	}

	/** Stops the clock until `resume`. */
	pause(): void {
		this.left = this.timeLeft;
		this.end();
	}

	resume(): void {
		this.since = performance.now();
		this.deadline ??= setTimeout(expire, this.left, this, this.timeout);
	}

	/** Clears the timer. To be called when the request has ended, however it ended. */
	end(): void {
		clearTimeout(this.deadline);
		this.deadline = undefined;
	}
}

function expire(cancellation: Cancellation, timeout: number): void {
	const failure = new TransportFailure('timeout', `No complete response within ${timeout} ms`);
	if (!cancellation.exchange) failure.isUnsent = true;
	cancellation.cancel(failure);
}
