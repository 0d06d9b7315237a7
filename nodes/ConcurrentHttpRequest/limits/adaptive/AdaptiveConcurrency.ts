import type { ConcurrencyAlgorithm, Sample } from './ConcurrencyAlgorithm';
import { KneeSearch } from './KneeSearch';
import { RecentAnswers } from './RecentAnswers';
import { RefusalPace } from './RefusalPace';
import { SlotCeiling } from './SlotCeiling';

/** How much one latency counts in the running mean. */
const SMOOTHING = 0.05;

/** The pace is given up when it would allow so many times the limit in flight. */
const PACE_IS_IDLE = 2;

/** Milliseconds after which it is tested again whether refusals are background. */
const BACKGROUND_TIME = 30_000;

/** Refusals that may come by chance before the background share counts as exceeded. */
const MOST_FORGIVEN = 40;

/** Share of refusals that does not keep slow start from going on, and how many in a row. */
const TOLERATED_AT_FIRST = 0.08;
const FORGIVEN_AT_FIRST = 4;

/** Answers after which slow start is taken to be over, whatever it found. */
const LONGEST_START = 400;

/** Answers without which nothing is known of a server. */
const LEAST_ANSWERS = 16;

/** So many times the background share of refusals is forgiven. */
const FORGIVENESS = 1.5;

/**
 * Finds the concurrency at which a server has its best throughput and refuses nothing.
 *
 * **Little's law** (J. D. C. Little, 1961) ties the three figures of a closed loop together: with N
 * requests in flight of W milliseconds each, the throughput is
 *
 *     X = N / W
 *
 * Below its capacity a server takes the same W for each, so X grows as N does. At its capacity X can
 * grow no more, so W grows as N does: whatever is added only waits. Between the two is the knee,
 * N* = X_max W_0, which TCP knows as the bandwidth-delay product. The elasticity of latency tells
 * on which side of it we are:
 *
 *     e = d ln W / d ln N        0 below the knee, 1 above it, more where throughput falls
 *
 * No latency has to be known that is the server's "own", as TCP Vegas and Netflix's Gradient2 need it:
 * it cannot be had when a server was busy from the start, and changes. Two limits are compared instead:
 * where e is near 0 between them, both are below the knee, and where it is near 1, both are above.
 * The limit stands a quarter above the knee, so that capacity that becomes free shows in the latency.
 *
 * `KneeSearch` finds the knee. Slow start doubles N until X stops to follow, as BBR does
 * (draft-ietf-ccwg-bbr, "Startup": three rounds, 25 %; here two doublings, 30 %). What was measured on
 * the way is then made exact. After that N stays, and a `ChangeDetector` watches W: nothing
 * moves until a sequential test says that the server has changed, so chance moves nothing.
 *
 * Refusals (429, 503, resets, timeouts) have three reasons:
 *
 * - The server counts requests in flight: `SlotCeiling` gives up the slots that were refused.
 * - It counts requests per time, with whatever in flight: `RefusalPace` learns a rate. It takes over
 *   when refusals go on at a concurrency that was accepted before.
 * - It refuses a share of all requests, whatever we do. `RefusalPace` tests for that first: a share that
 *   does not fall when half as much is sent, nor when half of that is, is background and no signal.
 *   After half a minute it is tested again.
 *
 * A server that refuses more than three quarters counts as down and gets one request a second, to see
 * when it is back. During slow start a few refusals are tolerated: so early, a single one would
 * keep the limit at 1 for a long time.
 *
 * **Our own event loop** is a server in this queue as well: when it is behind, N only waits in
 * our own process, which W and e cannot tell from the other side's queue. So the limit is not raised
 * while timers are more than 50 ms late, which ends slow start too. It is not lowered for it: what
 * holds up the loop may be another workflow, and e says so in time if it is us.
 *
 * Read for this, besides: Netflix concurrency-limits (Vegas, Gradient2, AIMD), Envoy's adaptive
 * concurrency filter, L. S. Brakmo and L. L. Peterson, "TCP Vegas" (1995).
 */
export class AdaptiveConcurrency implements ConcurrencyAlgorithm {
	private readonly knee: KneeSearch;
	private readonly ceiling = new SlotCeiling();
	private readonly recent = new RecentAnswers();
	private pace: RefusalPace | undefined;
	/** Milliseconds. */
	private latency = 0;
	/** The share of refusals that is background, 0 to 1. */
	private background = TOLERATED_AT_FIRST;
	/** When it is looked again whether that is so. */
	private backgroundUntil = Infinity;
	/** Refusals that may still come before the share counts as exceeded. */
	private forgiven = FORGIVEN_AT_FIRST;

	/** @param max requests in flight at most; a whole number from 1 */
	constructor(max: number) {
		this.knee = new KneeSearch(max);
	}

	get limit(): number {
		return Math.min(this.knee.limit, this.ceiling.limit);
	}

	get settled(): number {
		return Math.min(this.knee.settled, this.ceiling.limit);
	}

	get minInterval(): number {
		return this.pace ? 1 / this.pace.value : 0;
	}

	sample(sample: Sample): void {
		const { inFlight, kind, latency, now } = sample;
		this.recent.add(kind === 'overloaded', now);
		if (kind !== 'overloaded') {
			this.latency += (latency - this.latency) * (this.latency === 0 ? 1 : SMOOTHING);
		}
		if (this.pace) {
			this.keepPace(this.pace, kind === 'overloaded', sample);
		} else if (kind === 'overloaded') {
			if (!this.isForgiven()) this.refuse(inFlight, now);
			else if (now >= this.backgroundUntil) this.startPace(inFlight, now);
		} else {
			this.forgive();
		}
		if (kind !== 'overloaded') this.ceiling.accepted(inFlight);
		this.knee.sample(sample, this.ceiling.limit);
		this.endTolerance(now);
	}

	/** When slow start is over, a refusal is a signal. */
	private endTolerance(now: number): void {
		if (this.backgroundUntil < Infinity) return;
		if (this.knee.isClimbing && this.recent.length < LONGEST_START) return;
		this.backgroundUntil = now;
		this.background = this.forgiven = 0;
	}

	private refuse(inFlight: number, now: number): void {
		this.ceiling.refused(inFlight);
		if (this.ceiling.isContradicted && this.recent.length >= LEAST_ANSWERS)
			this.startPace(inFlight, now);
	}

	private startPace(inFlight: number, now: number): void {
		const { recent } = this;
		this.pace = new RefusalPace(recent.acceptedRate(now), recent.count(), inFlight, now);
		this.ceiling.reset();
		this.backgroundUntil = now;
	}

	private keepPace(pace: RefusalPace, isRefused: boolean, { inFlight, now }: Sample): void {
		pace.sample(isRefused, inFlight, now);
		const paced = pace.value * this.latency;
		if (isRefused && !pace.isTesting && inFlight > 1.5 * paced + 2) this.ceiling.refused(inFlight);
		if (pace.background > 0) {
			this.background = pace.background;
			this.backgroundUntil = now + BACKGROUND_TIME;
			this.forgiven = MOST_FORGIVEN;
			this.ceiling.reset();
			this.pace = undefined;
		} else if (!pace.isTesting) {
			this.background = this.forgiven = 0;
			if (paced > PACE_IS_IDLE * this.limit + 1) this.pace = undefined;
		}
	}

	private isForgiven(): boolean {
		if (this.forgiven < 1) return false;
		this.forgiven--;
		return true;
	}

	private forgive(): void {
		if (this.background === 0) return;
		const share = (FORGIVENESS * this.background) / (1 - this.background);
		this.forgiven = Math.min(MOST_FORGIVEN, this.forgiven + share);
	}
}
