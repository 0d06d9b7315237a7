import type { AdmissionRequest, Outcome } from '../Limit';

/** The right to send one request, and only once: a further try asks for another. */
export class Permit {
	readonly ask: AdmissionRequest;
	/** When the request was admitted, on the clock of its admission. */
	readonly admittedAt: number;
	/** What each limit gave out, by its position. */
	readonly taken: readonly unknown[];
	/**
	 * Tells that the request has been written to its connection. Whoever can know it should tell: rate
	 * budgets then need not allow for the time it took to connect. `undefined` where no limit cares.
	 */
	readonly sent: (() => void) | undefined;
	private readonly onRelease: (permit: Permit, outcome: Outcome) => void;
	private isReleased = false;

	constructor(
		ask: AdmissionRequest,
		admittedAt: number,
		taken: readonly unknown[],
		onRelease: (permit: Permit, outcome: Outcome) => void,
		onSent: ((permit: Permit) => void) | undefined,
	) {
		this.ask = ask;
		this.admittedAt = admittedAt;
		this.taken = taken;
		this.onRelease = onRelease;
		this.sent =
			onSent &&
			(() => {
				if (!this.isReleased) onSent(this);
			});
	}

	/** Tells that the request has ended. From the second time on it does nothing. */
	release(outcome: Outcome): void {
		if (this.isReleased) return;
		this.isReleased = true;
		this.onRelease(this, outcome);
	}
}
