import { describeNumber } from '../common/describeNumber';
import type { ServerConnections } from './ServerConnections';
import { TransportFailure, type TimeoutStage } from './TransportFailure';

/** What has come of a response. */
export interface Progress {
	readonly hasConnection: boolean;
	readonly hasHead: boolean;
	/** Bytes of the body on the wire. */
	readonly bytes: number;
	/** What Content-Length says. */
	readonly announced: string | undefined;
}

/** Ends a request at once, whatever it waits for: at its deadline, or because the run has ended. */
export class Cancellation {
	/** Why the request was ended before its response was complete. */
	failure: TransportFailure | undefined;
	/** What is on the wire now. */
	exchange: { abort(failure: TransportFailure): void; readonly progress?: Progress } | undefined;
	/** What the exchange connects to. */
	server: Pick<ServerConnections, 'isInHandshake'> | undefined;
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
	const { exchange, server } = cancellation;
	const progress = exchange?.progress;
	const stage = !exchange
		? 'preparing'
		: progress?.hasHead
			? 'receiving'
			: progress?.hasConnection !== false
				? 'waiting'
				: server?.isInHandshake
					? 'handshake'
					: 'connecting';
	const failure = new TransportFailure('timeout', describeTimeout(stage, timeout, progress));
	failure.stage = stage;
	if (!exchange) failure.isUnsent = true;
	cancellation.cancel(failure);
}

function describeTimeout(
	stage: TimeoutStage,
	timeout: number,
	progress: Progress | undefined,
): string {
	const within = `within ${timeout < 10_000 ? `${timeout} ms` : `${timeout / 1000} s`}`;
	switch (stage) {
		case 'preparing':
			return `The request could not be sent ${within}: its check, login or file took too long`;
		case 'connecting':
			return `No connection to the server ${within}`;
		case 'handshake':
			return `The server accepted the connection, but did not set up HTTPS ${within}`;
		case 'waiting':
			return `No response from the server ${within}`;
		case 'receiving':
			return `No complete response ${within}: ${received(progress)}`;
	}
}

function received(progress: Progress | undefined): string {
	const { bytes = 0, announced } = progress ?? {};
	const count = describeNumber(bytes);
	if (announced === undefined) return `${count} bytes of its body had arrived`;
	return `${count} of the ${describeNumber(Number(announced))} bytes of its body had arrived`;
}
