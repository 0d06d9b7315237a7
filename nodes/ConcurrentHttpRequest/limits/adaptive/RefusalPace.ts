import { BackgroundTest } from './BackgroundTest';

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

/** By so much each such step is larger than the one before. */
const CLOSE_GROWTH = 1.05;

/** A cut after refusals is between these factors, by the share that was accepted. */
const LARGEST_CUT = 0.35;
const SMALLEST_CUT = 0.9;

/** Requests a millisecond: one a second goes on being tried. */
const LEAST_RATE = 1 / 1000;

/** Cuts without a clean volley between them, after which it is tested for background. */
const CUTS_BEFORE_TEST = 3;

/** Share of what the server seems to accept that is sent for a test. */
const TEST_RATE = 0.5;

/** Answers that a test takes at least. */
const LEAST_TESTED = 6;

/** Milliseconds that a test takes at least. */
const SHORTEST_TEST = 300;

/** Tests in a row, each at half of the rate before, that make refusals background. */
const TESTS = 2;

/** Refused share from which a server counts as down, not as failing now and then. */
const DOWN = 0.75;

/** How many were accepted, and how many refused. */
export interface Answers {
	accepted: number;
	refused: number;
}

/**
 * Learns how many requests a second a server accepts, from its refusals: additive increase and
 * multiplicative decrease, as TCP does it (Chiu and Jain, 1989), on a rate in place of a window. Of
 * what a server with a quota gets, it accepts the quota, so the share that is accepted says how
 * deep the cut must be. Raises are small close to the rate that was refused last, and double
 * elsewhere, which is the idea of CUBIC (RFC 9438).
 *
 * First, and when cuts do not help, half of what was accepted is sent, and half of that again. No
 * quota can be the reason for refusals that go on: their share is background.
 */
export class RefusalPace {
	/** Requests a millisecond. */
	private rate: number;
	private refusedRate: number;
	private accepted = 0;
	private refused = 0;
	/** Requests that were started at another rate, and still have to end. */
	private stale: number;
	private changedAt: number;
	private step = SMALL_STEP;
	/** Cuts since the last clean volley. */
	private cuts = 0;
	private test: BackgroundTest | undefined;
	private testsPassed = 0;
	/** Answers that came before the tests and in them. */
	private tested: Answers;
	/** The share of refusals that no rate changes, once that has turned out; else 0. */
	background = 0;

	/**
	 * @param rate requests a millisecond that are accepted
	 * @param answers that came lately; refusals among them
	 */
	constructor(rate: number, answers: Answers, inFlight: number, now: number) {
		this.rate = this.refusedRate = Math.max(LEAST_RATE, rate);
		this.tested = { ...answers };
		this.stale = inFlight;
		this.changedAt = now;
		this.startTest(inFlight, now);
	}

	/** Requests a millisecond. */
	get value(): number {
		return this.rate;
	}

	/** Less is sent than the server accepts, to see what it refuses then. */
	get isTesting(): boolean {
		return this.test !== undefined;
	}

	sample(isRefused: boolean, inFlight: number, now: number): void {
		if (this.stale > 0) {
			this.stale--;
			return;
		}
		if (isRefused) this.refused++;
		else this.accepted++;
		if (this.test) {
			this.judge(this.test.add(isRefused), inFlight, now);
			return;
		}
		const total = this.accepted + this.refused;
		if (this.refused > 0) {
			const isBad = this.refused >= ENOUGH_REFUSALS;
			if (isBad || total >= Math.max(LEAST_VOLLEY, inFlight)) {
				this.cut(this.refused / total, inFlight, now);
			}
		} else if (
			this.accepted >= REQUESTS_BEFORE_RAISE ||
			now - this.changedAt >= LONGEST_BEFORE_RAISE
		) {
			this.raise(inFlight, now);
		}
	}

	private startTest(inFlight: number, now: number): void {
		const { accepted, refused } = this.tested;
		this.test = new BackgroundTest(refused / (accepted + refused));
		this.change(this.rate * TEST_RATE, inFlight, now);
	}

	private judge(isBackground: boolean | undefined, inFlight: number, now: number): void {
		const answered = this.accepted + this.refused;
		if (isBackground === undefined || answered < LEAST_TESTED) return;
		if (now - this.changedAt < SHORTEST_TEST) return;
		this.test = undefined;
		this.tested.accepted += this.accepted;
		this.tested.refused += this.refused;
		const share = this.tested.refused / (this.tested.accepted + this.tested.refused);
		if (!isBackground) {
			// There is a quota after all, and it was known before the test.
			this.cuts = 0;
			this.change(SMALLEST_CUT * this.refusedRate, inFlight, now);
		} else if (++this.testsPassed < TESTS) {
			this.rate *= (this.accepted + 1) / (answered + 1);
			this.startTest(inFlight, now);
		} else if (share >= DOWN) {
			this.cut(share, inFlight, now);
		} else {
			this.background = share;
		}
	}

	private cut(share: number, inFlight: number, now: number): void {
		this.step = SMALL_STEP;
		if (++this.cuts > CUTS_BEFORE_TEST && share < DOWN) {
			this.rate *= 1 - share;
			this.refusedRate = this.rate;
			this.testsPassed = 0;
			this.tested = { accepted: this.accepted, refused: this.refused };
			this.startTest(inFlight, now);
			return;
		}
		this.refusedRate = this.rate;
		// Of what it gets, a server with a quota accepts the quota.
		const factor = Math.max(LARGEST_CUT, Math.min(SMALLEST_CUT, 0.97 * (1 - share)));
		this.change(this.rate * factor, inFlight, now);
	}

	private raise(inFlight: number, now: number): void {
		this.cuts = 0;
		const distance = this.rate / this.refusedRate;
		const isClose = distance > 0.89 && distance < 1.05;
		const raised = this.rate * (1 + this.step);
		// Not past the rate that was refused in one step.
		const isPassing = distance <= 0.89 && raised > 0.93 * this.refusedRate;
		this.step = Math.min(LARGEST_STEP, (isClose ? CLOSE_GROWTH : 2) * this.step);
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
