/** Requests, or refusals, at one rate after which a refused share is judged. */
const LEAST_VOLLEY = 10;
const ENOUGH_REFUSALS = 7;

/** Accepted requests after which the rate is raised. */
const REQUESTS_BEFORE_RAISE = 65;

/** Milliseconds after which it is raised though they were fewer. */
const LONGEST_BEFORE_RAISE = 3000;

/** A raise close to the rate that was refused last, as a share of the rate; others double. */
const SMALL_STEP = 0.015;
const LARGEST_STEP = 0.2;

/** A cut after refusals is between these factors, by the share that was accepted. */
const LARGEST_CUT = 0.35;
const SMALLEST_CUT = 0.9;

/** Requests a millisecond: one a second goes on being tried. */
const LEAST_RATE = 1 / 1000;

/** Requests after which a cut that seems to have changed nothing is judged. */
const LEAST_EVIDENCE = 30;

/** Cuts without a clean volley between them, after which one goes deep to find out why. */
const CUTS_BEFORE_DEEP = 2;

/** Share of what the server seems to accept that a deep cut leaves. */
const DEEP = 0.5;

/** Refused share from which a server counts as down, not as failing now and then. */
const DOWN = 0.75;

/**
 * Learns how many requests a second a server accepts, from its refusals: additive increase and
 * multiplicative decrease, as TCP does it (Chiu and Jain, 1989), on a rate in place of a window. Of
 * what a server with a quota gets, it accepts the quota, so the share that is accepted says how
 * deep the cut must be. Raises are small close to the rate that was refused last, and double
 * elsewhere, which is the idea of CUBIC (RFC 9438).
 */
export class RefusalPace {
	/** Requests a millisecond. */
	private rate: number;
	private refusedRate = Infinity;
	private accepted = 0;
	private refused = 0;
	/** Requests that were started at another rate, and still have to end. */
	private stale: number;
	private changedAt: number;
	private step = SMALL_STEP;
	/** Cuts since the last clean volley, and what was counted meanwhile. */
	private cuts = 0;
	private series = { accepted: 0, refused: 0 };
	/** The latest cut went so deep that no quota can be the reason for further refusals. */
	private wasDeep = false;
	/** The share of refusals that no rate changes, once that has turned out; else 0. */
	background = 0;

	constructor(rate: number, inFlight: number, now: number) {
		this.rate = Math.max(LEAST_RATE, rate);
		this.stale = inFlight;
		this.changedAt = now;
	}

	/** Requests a millisecond. */
	get value(): number {
		return this.rate;
	}

	sample(isRefused: boolean, inFlight: number, now: number): void {
		if (this.stale > 0) {
			this.stale--;
			return;
		}
		if (isRefused) this.refused++;
		else this.accepted++;
		const total = this.accepted + this.refused;
		if (this.refused > 0) {
			const least = this.cuts === 0 ? LEAST_VOLLEY : LEAST_EVIDENCE;
			const isBad = this.cuts === 0 && this.refused >= ENOUGH_REFUSALS;
			if (isBad || total >= Math.max(least, inFlight))
				this.cut(this.refused / total, inFlight, now);
		} else if (
			this.accepted >= REQUESTS_BEFORE_RAISE ||
			(!this.wasDeep && now - this.changedAt >= LONGEST_BEFORE_RAISE)
		) {
			this.raise(inFlight, now);
		}
	}

	private cut(share: number, inFlight: number, now: number): void {
		this.series.accepted += this.accepted;
		this.series.refused += this.refused;
		if (this.wasDeep && share < DOWN) {
			const { accepted, refused } = this.series;
			this.background = refused / (accepted + refused);
		}
		// Of what it gets, a server with a quota accepts the quota.
		this.wasDeep = ++this.cuts > CUTS_BEFORE_DEEP;
		this.refusedRate = this.rate;
		const factor = this.wasDeep
			? DEEP * (1 - share)
			: Math.max(LARGEST_CUT, Math.min(SMALLEST_CUT, 0.97 * (1 - share)));
		this.step = SMALL_STEP;
		this.change(this.rate * factor, inFlight, now);
	}

	private raise(inFlight: number, now: number): void {
		const { wasDeep } = this;
		this.cuts = 0;
		this.series = { accepted: 0, refused: 0 };
		this.wasDeep = false;
		if (wasDeep) {
			// There is a quota after all, and it was known before the cut.
			this.change((SMALLEST_CUT / DEEP) * this.rate, inFlight, now);
			return;
		}
		const distance = this.rate / this.refusedRate;
		const isClose = distance > 0.9 && distance < 1.05;
		const raised = this.rate * (1 + (isClose ? SMALL_STEP : this.step));
		// Not past the rate that was refused in one step.
		const isPassing = distance <= 0.9 && raised > 0.93 * this.refusedRate;
		this.step = isClose ? SMALL_STEP : Math.min(LARGEST_STEP, 2 * this.step);
		this.change(isPassing ? 0.93 * this.refusedRate : raised, inFlight, now);
	}

	private change(rate: number, inFlight: number, now: number): void {
		this.rate = Math.max(LEAST_RATE, rate);
		this.accepted = 0;
		this.refused = 0;
		this.stale = inFlight - 1;
		this.changedAt = now;
	}
}
