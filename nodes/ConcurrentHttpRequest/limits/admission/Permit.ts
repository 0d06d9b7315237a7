import type { AdmissionRequest, Outcome } from '../Limit';

/** The right to send one request once. A retry asks for another. */
export class Permit {
	readonly request: AdmissionRequest;
	/** When the request was admitted, by the clock of its admission. */
	readonly admittedAt: number;
	/** What each limit's `take` returned. */
	readonly reservations: readonly unknown[];
	/**
	 * To be called when the request has been written to its connection, where that can be known: rate limits
	 * then need not allow for the time it took to connect. `undefined` where no limit wants to know.
	 */
	readonly sent: (() => void) | undefined;
	private readonly tell: (permit: Permit, outcome?: Outcome) => void;
	private isReleased = false;

	/**
	 * @param tell tells the limits that the request has been written, or with an outcome that it has ended
	 * @param tellsSent whether a limit wants to know when the request is written
	 */
	constructor(
		request: AdmissionRequest,
		admittedAt: number,
		reservations: readonly unknown[],
		tell: (permit: Permit, outcome?: Outcome) => void,
		tellsSent: boolean,
	) {
		this.request = request;
		this.admittedAt = admittedAt;
		this.reservations = reservations;
		this.tell = tell;
		this.sent = tellsSent
			? () => {
					if (!this.isReleased) tell(this);
				}
			: undefined;
	}

	/** The request has ended. Does nothing from the second call on. */
	release(outcome: Outcome): void {
		if (this.isReleased) return;
		this.isReleased = true;
		this.tell(this, outcome);
	}
}
