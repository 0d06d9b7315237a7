import type { ConcurrencyAlgorithm, Sample } from './ConcurrencyAlgorithm';
import { KneeSearch } from './KneeSearch';
import { RefusalPace } from './RefusalPace';
import { SlotCeiling } from './SlotCeiling';

/** How much one latency counts in the running mean. */
const SMOOTHING = 0.05;

/** The pace is given up when it would allow so many times the limit in flight. */
const PACE_IS_IDLE = 2;

/** Milliseconds after which it is looked again whether refusals are just background. */
const BACKGROUND_TIME = 30_000;

/** Refusals that may come by chance before the background share counts as exceeded. */
const MOST_FORGIVEN = 40;

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
 * To keep e between 0.75 and 0.95 is to stop where another 10 % in flight gives less than 2.5 % of
 * throughput: as L. Kleinrock's power X / W (1979), which is greatest at e = 1/2, with more weight on
 * throughput. No latency has to be known that is the server's "own", as TCP Vegas and Netflix's
 * Gradient2 need it: it cannot be had when a server was busy from the start, and changes.
 *
 * `KneeSearch` finds the knee. Slow start doubles N until X stops to follow, as BBR does
 * (draft-ietf-ccwg-bbr, "Startup": three rounds, 25 %; here two doublings, 30 %). Then N = X T, for a
 * target latency T; that reacts at once when W changes. T itself is corrected slowly, by e, which is
 * a least-squares slope through what was measured at several N, some of them slightly lower ones that
 * are tried for the purpose (BBR probes likewise, in ProbeBW). What a sample's error allows to be
 * chance is not acted upon, so a settled limit stays where it is.
 *
 * Refusals (429, 503, resets, timeouts) have two reasons, with two remedies:
 *
 * - The server counts requests in flight: `SlotCeiling` gives up the slots that were refused.
 * - It counts requests per time, with whatever in flight: `RefusalPace` learns a rate. It takes over
 *   when refusals go on at a concurrency that was accepted before.
 *
 * Where neither helps, because a share of all requests is refused whatever we do, that share is
 * background and no signal, for half a minute; then it is looked again. A server that refuses more
 * than three quarters counts as down and gets one request a second, to see when it is back.
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
	private pace: RefusalPace | undefined;
	/** Milliseconds. */
	private latency = 0;
	private background = 0;
	private backgroundUntil = 0;
	private forgiven = 0;

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
		const isRefused = kind === 'refused' && !this.isForgiven();
		if (kind !== 'refused') {
			this.latency += (latency - this.latency) * (this.latency === 0 ? 1 : SMOOTHING);
			this.forgive();
		}
		if (now > this.backgroundUntil) this.background = this.forgiven = 0;
		if (this.pace) this.keepPace(this.pace, isRefused, sample);
		else if (isRefused) this.refuse(inFlight, now);
		if (!isRefused && kind !== 'refused') this.ceiling.accepted(inFlight);
		this.knee.sample(sample, this.ceiling.limit);
	}

	private refuse(inFlight: number, now: number): void {
		const { ceiling, knee } = this;
		ceiling.refused(inFlight);
		knee.endStart(Math.max(ceiling.confirmed, Math.min(ceiling.limit, knee.limit)));
		if (ceiling.isContradicted) {
			const latency = Math.max(1, this.latency);
			this.pace = new RefusalPace(Math.max(1, ceiling.confirmed / 2) / latency, inFlight, now);
			ceiling.reset();
		}
	}

	private keepPace(pace: RefusalPace, isRefused: boolean, { inFlight, now }: Sample): void {
		pace.sample(isRefused, inFlight, now);
		const paced = pace.value * this.latency;
		if (isRefused && inFlight > 1.5 * paced + 2) this.ceiling.refused(inFlight);
		if (pace.background > 0) {
			this.background = pace.background;
			this.backgroundUntil = now + BACKGROUND_TIME;
			this.forgiven = MOST_FORGIVEN;
			this.ceiling.reset();
			this.knee.restart();
			this.pace = undefined;
		} else if (paced > PACE_IS_IDLE * this.limit + 1) {
			this.pace = undefined;
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
