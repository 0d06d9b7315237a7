import type { Sample } from './ConcurrencyAlgorithm';
import { Elasticity } from './Elasticity';
import type { Measurement } from './Elasticity';
import { LatencyEstimate } from './LatencyEstimate';

/** Slow start ends when twice the concurrency gives less than 1.3 times the throughput. */
const PLATEAU = 1 - Math.log2(1.3);

/** How many such doublings end it, unless one is beyond doubt. */
const PLATEAU_ROUNDS = 2;

/** Share of the best throughput of slow start that is aimed at when it ends. */
const NEARLY = 0.96;

/** Share of the knee by which more is kept in flight at first, so that free capacity shows. */
const HEADROOM = 0.2;

/** Above this elasticity of latency the queue is longer than it need be. */
const QUEUEING = 0.95;

/** Below this elasticity of latency more in flight would still give more throughput. */
const GROWING = 0.75;

/** Measured rounds between two probes. */
const ROUNDS_BETWEEN_PROBES = 2;
const ROUNDS_BETWEEN_LOOKS = 20;

/** Share of the limit by which a probe goes below it. */
const PROBE_DEPTH = 0.14;

/** The target's first correction, as a share of it, the least, and the largest down and up. */
const FIRST_STEP = 0.12;
const LEAST_STEP = 0.03;
const LARGEST_CORRECTION = 0.3;
const LARGEST_RAISE = 0.2;

/** The limit falls in one round to no less than this share of it. */
const LARGEST_CUT = 0.5;

/** The limit rises by no more than this share of it at first, and by as much more each time. */
const RISE = 0.15;

/** A round ends when its mean is as exact as this, or has as many samples. */
const EXACT = 0.04;
const ENOUGH_SAMPLES = 64;

/** Milliseconds by which timers may be late before our own process counts as the bottleneck. */
const BUSY_LOOP = 50;

/** What is left of earlier rounds at the same limit when a new one joins them. */
const MEMORY = 0.87;

/** What evidence counts for once the target was corrected by it. */
const SPENT = 0.3;

/** Standard errors from what is usual that make a round suspicious. */
const SUSPICIOUS = 3;

/** Standard errors that are taken for a fact. */
const CONFIDENCE = 2.5;

/**
 * Finds the knee: the least concurrency that has the server's best throughput. `AdaptiveConcurrency`
 * explains the mathematics. It measures in rounds: first as many requests as were in flight end
 * unheeded, since they were started at another limit; then the latencies of the next are a round.
 *
 * - Slow start doubles the limit every round, until two doublings in a row hardly pay.
 * - Then the limit is steered to a target latency, which slow start has given.
 * - Every few rounds one is measured at a lower limit. Whether latency fell with it shows on which
 *   side of the knee the limit is, and corrects the target.
 * - A cut that does not shorten the waiting is undone: the server is slower, not busier.
 */
export class KneeSearch {
	private readonly max: number;
	private current = 1;
	/** Where the limit stands between probes. */
	private base = 1;
	/** Milliseconds; the latency that the limit is steered to. Infinity during slow start. */
	private target = Infinity;

	private round = new LatencyEstimate();
	/** Samples still to be ignored: those that a change of the limit has not reached. */
	private settling = 0;
	/** All rounds at the limit that holds between probes. */
	private here: Measurement | undefined;
	private readonly elasticity = new Elasticity();
	private plateaus = 0;
	/** Latency without queueing, pooled over the rounds of slow start that were worth it. */
	private unloaded = new LatencyEstimate();
	/** The rounds of slow start. */
	private climb: Measurement[] = [];
	private roundsSinceProbe = 0;
	private step = FIRST_STEP;
	private lastStep = 0;
	private rises = 0;
	/** A round that may be the first after a change of the server. */
	private suspect: { readonly round: Measurement; readonly errors: number } | undefined;
	/** What was measured before a deep cut that has yet to prove right. */
	private cutFrom: Measurement | undefined;

	constructor(max: number) {
		this.max = max;
	}

	/** Requests that may be in flight: a whole number from 1. */
	get limit(): number {
		return this.current;
	}

	/** Where the limit stands between probes. */
	get settled(): number {
		return this.base;
	}

	get isStarting(): boolean {
		return this.target === Infinity;
	}

	/**
	 * @param allowed requests that something else allows in flight
	 */
	sample({ inFlight, latency, kind, loopDelay }: Sample, allowed: number): void {
		if (this.settling > 0) {
			this.settling--;
			return;
		}
		if (kind === 'refused') return;
		this.round.add(latency, inFlight);
		if (!this.isRoundOver()) return;
		const round = this.round;
		this.round = new LatencyEstimate();
		// With less in flight than allowed, it is not the limit that decides what is measured.
		const used = Math.min(this.current, allowed);
		if (round.inFlight < 0.85 * used) return;
		this.learn({ limit: used, latency: round }, loopDelay > BUSY_LOOP, allowed);
	}

	/** Slow start is over, because the server refused. */
	endStart(limit: number): void {
		if (!this.isStarting) return;
		const latency = this.unloaded.samples > 0 ? this.unloaded : this.here?.latency;
		if (latency === undefined) return;
		this.target = latency.mean * (1 + headroom(limit));
		this.moveTo(limit);
	}

	/** Starts anew from the present limit: what was learned was learned from something else. */
	restart(): void {
		this.target = Infinity;
		this.climb = [];
		this.plateaus = 0;
		this.here = this.suspect = this.cutFrom = undefined;
		this.unloaded = new LatencyEstimate();
		this.elasticity.forget();
		this.moveTo(this.base);
	}

	private isRoundOver(): boolean {
		const { samples, error } = this.round;
		if (this.isStarting) return samples >= Math.max(this.current, this.current === 1 ? 5 : 12);
		if (samples < Math.max(this.current, 8)) return false;
		const isProbe = this.current !== this.base;
		return samples >= (isProbe ? 2 : 1) * ENOUGH_SAMPLES || error <= EXACT;
	}

	private learn(round: Measurement, busy: boolean, allowed: number): void {
		const { here } = this;
		if (this.isStarting) {
			this.here = round;
			this.start(here, round, busy, allowed);
			return;
		}
		const cutFrom = this.cutFrom;
		this.cutFrom = undefined;
		if (cutFrom && this.undoCut(cutFrom, round)) return;
		if (here?.limit === round.limit && this.isOutlier(round, here)) return;
		this.elasticity.add(round);
		if (this.here && round.limit !== this.here.limit) this.correctTarget();
		if (this.current !== this.base) {
			this.current = this.base;
			this.settle(Math.max(this.base, round.limit));
			return;
		}
		if (this.here?.limit !== round.limit) this.here = round;
		else if (this.here.latency !== round.latency) this.here.latency.join(round.latency, MEMORY);
		if (this.steer(busy, allowed)) return;
		// Where refusals set the limit, there is no knee to be seen below it.
		if (this.base < allowed && ++this.roundsSinceProbe >= this.roundsToProbe()) this.probe(allowed);
	}

	/**
	 * A round far from those before it at the same limit is put aside. If the next one is like it, the
	 * server has changed, and what was known of it is out of date.
	 */
	private isOutlier(round: Measurement, before: Measurement): boolean {
		const { suspect } = this;
		this.suspect = undefined;
		const drift = Math.log(round.latency.mean / before.latency.mean);
		const errors = drift / Math.hypot(round.latency.error, before.latency.error);
		if (suspect && errors * suspect.errors > 0 && Math.abs(errors) > SUSPICIOUS / 2) {
			suspect.round.latency.join(round.latency, 1);
			this.here = suspect.round;
			this.elasticity.forget();
			this.step = FIRST_STEP;
			return false;
		}
		if (Math.abs(errors) <= SUSPICIOUS) return false;
		this.suspect = { round, errors };
		return true;
	}

	/** Doubles the limit every round, until that stops to pay. */
	private start(
		before: Measurement | undefined,
		round: Measurement,
		busy: boolean,
		allowed: number,
	): void {
		this.climb.push(round);
		// Little's law: throughput is N / W, so where W grows as N does, throughput does not.
		const growth = before ? Math.log(round.latency.mean / before.latency.mean) : 0;
		const doubling = before ? Math.log(round.limit / before.limit) : 1;
		const isPlateau = growth > PLATEAU * doubling;
		this.plateaus = isPlateau ? this.plateaus + 1 : 0;
		if (!isPlateau) this.unloaded.join(round.latency, 1);
		const error = before ? Math.hypot(round.latency.error, before.latency.error) : 1;
		const isCertain = isPlateau && growth - PLATEAU * doubling > 3.5 * error;
		const atTop = round.limit >= Math.min(this.max, allowed);
		if (this.plateaus >= PLATEAU_ROUNDS || isCertain || atTop || busy) {
			const knee = (round.limit * this.unloaded.mean) / round.latency.mean;
			const queueing = this.unloaded.mean * (1 + headroom(knee));
			this.target = Math.max(queueing, latencyNearBest(this.climb));
			this.steer(busy, allowed);
		} else {
			this.moveTo(2 * this.current);
		}
	}

	/** A server that would take more than the user allows needs no more than a look now and then. */
	private roundsToProbe(): number {
		const hasRoom = this.base === this.max && this.elasticity.at(this.base).value < GROWING;
		return hasRoom ? ROUNDS_BETWEEN_LOOKS : ROUNDS_BETWEEN_PROBES;
	}

	private probe(allowed: number): void {
		this.roundsSinceProbe = 0;
		const limit = Math.min(this.base, allowed);
		const lower = Math.min(limit - 1, Math.round(limit * (1 - PROBE_DEPTH)));
		this.current = lower >= 1 ? lower : Math.min(2, allowed, this.max);
		this.settle(limit);
	}

	/** Little's law: X requests a millisecond at T milliseconds each are X T in flight. */
	private steer(busy: boolean, allowed: number): boolean {
		if (!this.here) return false;
		const { limit, latency } = this.here;
		const ratio = this.target / latency.mean;
		const isRise = ratio > 1;
		// While rises go on to cost no latency, there is more room than one of them takes.
		const factor = isRise
			? Math.min(1 + RISE * (1 + this.rises), ratio ** (1 + this.rises))
			: Math.max(LARGEST_CUT, ratio);
		const errors = isRise && this.rises > 0 ? 2 : CONFIDENCE;
		const isClear = Math.abs(Math.log(ratio)) > Math.max(0.06, errors * latency.error);
		const next = this.clamp(limit * factor);
		if (!isClear || next === this.base || (isRise && (busy || limit >= allowed))) {
			this.rises = 0;
			return false;
		}
		this.rises = isRise ? this.rises + 1 : 0;
		if (next < 0.8 * limit) this.cutFrom = this.here;
		this.moveTo(next);
		return true;
	}

	/**
	 * A cut that shortens the waiting much less than it cuts hits no queue: the server has become
	 * slower for everyone, and the target is out of date.
	 */
	private undoCut(before: Measurement, round: Measurement): boolean {
		const cut = Math.log(before.limit / round.limit);
		const gain = Math.log(before.latency.mean / round.latency.mean);
		const error = Math.hypot(before.latency.error, round.latency.error);
		if (gain + 1.5 * error > GROWING * cut) return false;
		this.target = Math.max(this.target, round.latency.mean * (1 + headroom(before.limit)));
		this.here = undefined;
		this.moveTo(before.limit);
		return true;
	}

	/** Corrects the target by what was seen of the knee. */
	private correctTarget(): void {
		if (!this.here) return;
		const { value, error } = this.elasticity.at(this.here.limit);
		const margin = (this.step > LEAST_STEP ? 2 : 2.5) * error;
		const { mean } = this.here.latency;
		if (value > QUEUEING && value - margin > GROWING) {
			this.turn(-1);
			const least = mean * (1 - LARGEST_CORRECTION);
			const lower = Math.min(this.target, 1.1 * mean) * (1 - this.stepNow());
			this.target = Math.min(this.target, Math.max(least, lower));
		} else if (value < GROWING && value + margin < QUEUEING) {
			this.turn(1);
			const most = mean * (1 + LARGEST_RAISE);
			this.target = Math.max(
				this.target,
				Math.min(most, this.target * (1 + Math.min(LARGEST_RAISE, this.stepNow()))),
			);
		}
	}

	private stepNow(): number {
		return Math.max(this.step, 0.8 / this.base);
	}

	/** Steps grow while they go the same way, and shrink when they turn. */
	private turn(direction: number): void {
		this.elasticity.discount(SPENT);
		if (direction === this.lastStep) this.step = Math.min(LARGEST_CORRECTION, this.step * 1.5);
		else if (this.lastStep !== 0) this.step = Math.max(LEAST_STEP, this.step / 2);
		this.lastStep = direction;
	}

	private clamp(limit: number): number {
		return Math.min(this.max, Math.max(1, Math.round(limit)));
	}

	private moveTo(limit: number): void {
		const before = this.current;
		this.base = this.clamp(limit);
		this.current = this.base;
		this.settle(Math.max(before, this.base));
	}

	/** Whatever is in flight now was started at another limit, and says nothing about the new one. */
	private settle(requests: number): void {
		this.settling = requests;
		this.round = new LatencyEstimate();
	}
}

/** At least one request more than the knee, or a small limit would never find out. */
function headroom(knee: number): number {
	return Math.max(HEADROOM, 1 / Math.max(1, knee));
}

/**
 * The latency at the least limit that has nearly the best throughput, between two limits by
 * interpolation.
 */
function latencyNearBest(climb: readonly Measurement[]): number {
	const throughput = ({ limit, latency }: Measurement) => limit / latency.mean;
	const enough = NEARLY * Math.max(...climb.map(throughput));
	const index = climb.findIndex((each) => throughput(each) >= enough);
	const [above, below] = [climb[index], climb[index - 1]];
	if (!above) return 0;
	if (!below) return above.latency.mean;
	const share = (enough - throughput(below)) / (throughput(above) - throughput(below));
	return (below.limit * (above.limit / below.limit) ** share) / enough;
}
