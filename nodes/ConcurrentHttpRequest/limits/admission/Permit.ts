import type { Clock } from '../../common/Clock';
import type { AdmissionRequest, Limit, Outcome } from '../Limit';

/** The right to send one request, and only once: a further try asks for another. */
export class Permit {
	readonly ask: AdmissionRequest;
	/** When the request was admitted, on the clock of its admission. */
	readonly admittedAt: number;
	/**
	 * Tells that the request has been written to its connection. Whoever can know it should tell: rate
	 * budgets then need not allow for the time it took to connect. `undefined` where no limit cares.
	 */
	readonly sent: (() => void) | undefined;
	private readonly limits: readonly Limit[];
	/** What each limit gave out, by its position. */
	private readonly taken: readonly unknown[];
	private readonly clock: Clock;
	private readonly onFreed: (origin: string) => void;
	private isReleased = false;

	/**
	 * @param onFreed called whenever others may start earlier for it
	 * @param tellsSent whether a limit wants to know when the request is written
	 */
	constructor(
		ask: AdmissionRequest,
		admittedAt: number,
		limits: readonly Limit[],
		taken: readonly unknown[],
		clock: Clock,
		onFreed: (origin: string) => void,
		tellsSent: boolean,
	) {
		this.ask = ask;
		this.admittedAt = admittedAt;
		this.limits = limits;
		this.taken = taken;
		this.clock = clock;
		this.onFreed = onFreed;
		this.sent = tellsSent ? () => this.wasSent() : undefined;
	}

	/** Tells that the request has ended. From the second time on it does nothing. */
	release(outcome: Outcome): void {
		if (this.isReleased) return;
		this.isReleased = true;
		const now = this.clock.now();
		for (let index = 0; index < this.limits.length; index++) {
			this.limits[index]?.release?.(this.ask, outcome, now, this.taken[index]);
		}
		this.onFreed(this.ask.origin);
	}

	private wasSent(): void {
		if (this.isReleased) return;
		const now = this.clock.now();
		for (let index = 0; index < this.limits.length; index++) {
			this.limits[index]?.sent?.(this.ask, now, this.taken[index]);
		}
		this.onFreed(this.ask.origin);
	}
}
