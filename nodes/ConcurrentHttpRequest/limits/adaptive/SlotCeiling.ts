/** Requests without a refusal after which one more in flight is tried: 1 refused in so many. */
const REQUESTS_BEFORE_PROBE = 130;

/** Rounds of requests without a refusal that show that a level is accepted. */
const ROUNDS_TO_CONFIRM = 1.5;

/** Rounds without a refusal after which a step up is followed by a larger one. */
const ROUNDS_BEFORE_STEP = 4;

/** A ceiling that falls below this share of what was accepted before is none. */
const LEAST_SHARE = 0.4;

/** Refusals of what had been accepted, each after a clean stretch, that are no coincidence. */
const CONTRADICTIONS = 2;

/** Refusals of a request that was alone, with no such clean stretch between them, likewise. */
const ALONE = 3;
const CLEAN_STRETCH = 30;

/**
 * Learns how many requests in flight a server accepts, from its refusals. Each refusal takes away
 * the slot that it came in on. So when a server accepts K and gets N, the N - K refusals leave K
 * slots, exactly, whatever order they come in. After a long clean stretch one slot more is tried;
 * while that succeeds, the steps double.
 */
export class SlotCeiling {
	/** Requests that may be in flight; Infinity while nothing was refused. */
	limit = Infinity;
	/** The most that was seen to be accepted for several rounds. */
	confirmed = 0;
	private level = 0;
	private clean = 0;
	private step = 1;
	private needed = REQUESTS_BEFORE_PROBE;
	private contradictions = 0;
	/** Whether the present series of refusals is counted as a contradiction. */
	private isCounted = false;
	private refusedAlone = 0;

	/** @param inFlight just before the request ended */
	accepted(inFlight: number): void {
		if (inFlight > this.level) {
			this.level = inFlight;
			this.clean = 0;
		}
		this.clean++;
		if (this.clean > ROUNDS_TO_CONFIRM * this.level) {
			this.confirmed = Math.max(this.confirmed, this.level);
		}
		if (this.clean >= this.needed && inFlight >= this.limit) {
			this.limit += this.step;
			this.step *= 2;
			this.clean = 0;
			this.needed = ROUNDS_BEFORE_STEP * this.limit;
		}
	}

	/** @param inFlight just before the request ended */
	refused(inFlight: number): void {
		if (this.clean >= CLEAN_STRETCH) {
			this.refusedAlone = 0;
			this.isCounted = false;
		}
		if (inFlight <= 1) this.refusedAlone++;
		if (inFlight <= this.confirmed && !this.isCounted) {
			this.isCounted = true;
			this.contradictions++;
		}
		this.limit = Math.max(1, Math.min(this.limit, inFlight - 1));
		this.level = this.limit;
		this.clean = 0;
		this.step = 1;
		this.needed = REQUESTS_BEFORE_PROBE;
	}

	/**
	 * Whether refusals go on where as many were accepted before, so that it cannot be the number in
	 * flight that the server objects to.
	 */
	get isContradicted(): boolean {
		return (
			this.contradictions >= CONTRADICTIONS ||
			this.refusedAlone >= ALONE ||
			this.limit <= LEAST_SHARE * this.confirmed
		);
	}

	/** Starts anew, with nothing known. */
	reset(): void {
		this.limit = Infinity;
		this.confirmed = 0;
		this.level = 0;
		this.clean = 0;
		this.contradictions = 0;
		this.refusedAlone = 0;
		this.step = 1;
		this.needed = REQUESTS_BEFORE_PROBE;
	}
}
