import { ChangeDetector } from './ChangeDetector';
import type { Change } from './ChangeDetector';
import type { Sample } from './ConcurrencyAlgorithm';
import { elasticity, findKnee } from './knee';
import type { Measurement } from './knee';
import { LatencyEstimate } from './LatencyEstimate';

/** Twice the concurrency hardly pays when it gives less than 1.3 times the throughput. */
const FLAT = 1 - Math.log2(1.3);

/** Requests that are measured at each limit of the climb, at least; one at a time is slow. */
const CLIMBING_SAMPLES = 16;
const FIRST_SAMPLES = 8;

/** Below this limit, too few are measured for one doubling to be clear. */
const LEAST_CLEAR = 8;

/** Requests in a round otherwise, at least. */
const ROUND = 32;

/** Each limit that is compared, as a share of the next. */
const RUNG = 0.7;

/** Above this elasticity of latency, even the lower one of two limits queues. */
const QUEUEING = 0.75;

/** Below this elasticity of latency, even the higher one of two limits leaves room. */
const ROOM = 0.5;

/** Below this elasticity of latency, there is much room. */
const MUCH_ROOM = 0.15;

/** Standard error of an elasticity at which it is decided upon. */
const EXACT = 0.2;

/** Standard errors that decide earlier, and where no more than a look is at stake. */
const CONFIDENCE = 3;
const LOOK_CONFIDENCE = 2;

/** How far above the settled limit it is looked whether there is room. */
const LOOK = 1.18;

/** Rounds at the settled limit for each such look. */
const ROUNDS_BETWEEN_LOOKS = 2;

/** Milliseconds by which timers may be late before our own process counts as the bottleneck. */
const BUSY_LOOP = 50;

/** The limit is on its way up, doubling. */
interface Climbing {
	readonly kind: 'climbing';
	/** What was measured on the way, by rising limit. */
	readonly climb: Measurement[];
}

/** Limits about the knee are being compared. */
interface Comparing {
	readonly kind: 'comparing';
	/** By rising limit; at least two. */
	readonly rungs: readonly Measurement[];
}

/** The limit stays where it is until the server changes. */
interface Settled {
	readonly kind: 'settled';
	readonly detector: ChangeDetector;
	/** Not the server's knee, but something else keeps the limit from being higher. */
	readonly hasRoom: boolean;
	/** All rounds at the limit. */
	readonly here: Measurement;
	/** Rounds a little above it, until they have shown that more would be of no use. */
	readonly look: Measurement | undefined;
}

/**
 * Finds the knee: the least concurrency that has the server's best throughput. `AdaptiveConcurrency`
 * explains the mathematics. It measures in rounds: first as many requests as were in flight end
 * unheeded, since they were started at another limit; then the latencies of the next are a round.
 *
 * - **Climbing**: the limit doubles until that hardly pays. What was measured on the way gives a first
 *   guess at the knee.
 * - **Comparing**: the guess and 0.7 of it are measured until their latencies are known well. If even
 *   the lower one queues, half of it is measured too; if the higher one leaves room, a higher one.
 *   So the knee is enclosed.
 * - **Settled**: the limit stays. At first, some rounds are measured a little above it, to confirm that
 *   there is no room. Then nothing moves until latency has certainly changed. When it fell, there is
 *   more capacity, and the climb goes on from here. When it rose, there is less, or every request takes
 *   longer: comparing shows which.
 */
export class KneeSearch {
	private readonly max: number;
	private state: Climbing | Comparing | Settled = { kind: 'climbing', climb: [] };
	/** Where the limit stands, but for others that are tried for a moment. */
	private base = 1;
	private current = 1;
	private round = new LatencyEstimate();
	/** Samples still to be ignored: those that a change of the limit has not reached. */
	private settling = 0;
	/** The most that may be in flight at present, whatever the knee. */
	private top = 1;
	/** Our own process is behind: no time to ask for more. */
	private isBusy = false;

	constructor(max: number) {
		this.max = max;
	}

	/** Requests that may be in flight: a whole number from 1. */
	get limit(): number {
		return this.current;
	}

	/** Where the limit stands, also while another one is tried. */
	get settled(): number {
		return this.base;
	}

	/** Nothing is known yet of the knee, or it has moved up. */
	get isClimbing(): boolean {
		return this.state.kind === 'climbing';
	}

	/**
	 * @param allowed requests that something else allows in flight
	 */
	sample({ inFlight, latency, kind, loopDelay }: Sample, allowed: number): void {
		if (this.settling > 0) {
			this.settling--;
			return;
		}
		if (kind === 'overloaded') return;
		this.round.add(latency, inFlight);
		if (!this.isRoundOver()) return;
		const round = this.round;
		this.round = new LatencyEstimate();
		this.top = Math.min(this.max, allowed);
		this.isBusy = loopDelay > BUSY_LOOP;
		const limit = Math.min(this.current, allowed);
		// With less in flight than allowed, it is not the limit that decides what is measured.
		if (round.inFlight >= 0.85 * limit) this.learn({ limit, latency: round });
	}

	private isRoundOver(): boolean {
		const least = !this.isClimbing ? ROUND : this.current === 1 ? FIRST_SAMPLES : CLIMBING_SAMPLES;
		return this.round.samples >= Math.max(least, this.current);
	}

	private learn(measured: Measurement): void {
		const { state } = this;
		if (state.kind === 'climbing') this.climb(state.climb, measured);
		else if (state.kind === 'comparing') this.compare(state.rungs, measured);
		else this.watch(state, measured);
	}

	private mayRise(from: number): boolean {
		return from < this.top && !this.isBusy;
	}

	private climb(climb: Measurement[], measured: Measurement): void {
		const [last, before] = [climb.at(-1), climb.at(-2)];
		climb.push(measured);
		if (isFlat(last, measured) && (isFlat(before, last) || isClearlyFlat(last, measured))) {
			const unloaded = new LatencyEstimate();
			for (const [index, each] of climb.entries()) {
				if (!isFlat(climb[index - 1], each)) unloaded.join(each.latency);
			}
			this.startComparing(Math.min(measured.limit, findKnee(climb, unloaded)));
		} else if (this.mayRise(measured.limit)) {
			this.moveTo(Math.min(this.top, 2 * measured.limit));
		} else {
			this.settle(this.base, true);
		}
	}

	private climbFrom(measured: Measurement): void {
		this.state = { kind: 'climbing', climb: [measured] };
		this.moveTo(Math.min(this.top, 2 * measured.limit));
	}

	private startComparing(limit: number): void {
		const high = this.clamp(Math.max(2, limit));
		const low = Math.min(high - 1, Math.round(RUNG * high));
		if (low < 1) this.settle(1, false);
		else this.measure([newMeasurement(low), newMeasurement(high)]);
	}

	/** Goes to where least is known. */
	private measure(rungs: readonly Measurement[]): void {
		this.state = { kind: 'comparing', rungs };
		this.base = Math.max(...rungs.map(({ limit }) => limit));
		const [next] = rungs.toSorted((one, other) => other.latency.error - one.latency.error);
		if (next && this.current !== next.limit) this.leaveFor(next.limit);
	}

	private compare(rungs: readonly Measurement[], measured: Measurement): void {
		if (this.top < this.base) {
			this.settle(this.base, true);
			return;
		}
		rungs.find(({ limit }) => limit === measured.limit)?.latency.join(measured.latency);
		const [lowest, second] = rungs;
		const [last, highest] = rungs.slice(-2);
		if (!lowest || !second || !last || !highest) return;
		const below = elasticity(lowest, second);
		const above = elasticity(last, highest);
		if (below.value - marginOf(below) > QUEUEING && lowest.limit > 1) {
			this.measure([newMeasurement(Math.floor(lowest.limit / 2)), ...rungs]);
		} else if (above.value + marginOf(above) < MUCH_ROOM) {
			if (this.mayRise(highest.limit)) this.climbFrom(highest);
			else this.settle(highest.limit, true);
		} else if (above.error > EXACT) {
			this.measure(rungs);
		} else if (above.value < ROOM && this.mayRise(highest.limit)) {
			const higher = Math.min(this.top, Math.ceil(highest.limit / RUNG));
			this.measure([...rungs, newMeasurement(higher)]);
		} else if (below.error > EXACT) {
			this.measure(rungs);
		} else {
			this.settle(Math.min(this.top, findKnee(rungs, lowest.latency)), false);
		}
	}

	private settle(limit: number, hasRoom: boolean): void {
		const base = this.clamp(limit);
		const look = this.clamp(Math.max(base + 1, LOOK * base));
		this.state = {
			kind: 'settled',
			detector: new ChangeDetector(),
			hasRoom,
			here: newMeasurement(base),
			look: hasRoom || look === base ? undefined : newMeasurement(look),
		};
		this.moveTo(base);
	}

	private watch(state: Settled, measured: Measurement): void {
		const { detector, hasRoom, here, look } = state;
		const { limit, latency } = measured;
		if (limit === look?.limit) {
			look.latency.join(latency);
			this.leaveFor(here.limit);
			const { value, error } = elasticity(here, look);
			if (value - LOOK_CONFIDENCE * error > ROOM - 0.1) this.state = { ...state, look: undefined };
			else if (value + LOOK_CONFIDENCE * error < ROOM) this.climbFrom(look);
			return;
		}
		here.latency.join(latency);
		const change = detector.add(latency);
		const { samples } = here.latency;
		if (change) {
			this.follow(change, limit);
		} else if (hasRoom && limit >= this.base && this.mayRise(limit)) {
			this.climbFrom(measured);
		} else if (look && samples > ROUNDS_BETWEEN_LOOKS * look.latency.samples) {
			if (look.limit <= this.top) this.leaveFor(look.limit);
		}
	}

	private follow({ isLower, latency }: Change, limit: number): void {
		if (isLower && this.mayRise(limit)) this.climbFrom({ limit, latency });
		else this.startComparing(limit);
	}

	private clamp(limit: number): number {
		return Math.min(this.max, Math.max(1, Math.round(limit)));
	}

	private moveTo(limit: number): void {
		this.base = this.clamp(limit);
		this.leaveFor(this.base);
	}

	/** Whatever is in flight now was started at another limit, and says nothing about the new one. */
	private leaveFor(limit: number): void {
		this.settling = Math.max(this.current, limit);
		this.current = limit;
		this.round = new LatencyEstimate();
	}
}

function newMeasurement(limit: number): Measurement {
	return { limit, latency: new LatencyEstimate() };
}

function marginOf({ error }: { readonly error: number }): number {
	return error <= EXACT ? 0 : CONFIDENCE * error;
}

function isFlat(low: Measurement | undefined, high: Measurement | undefined): boolean {
	return low !== undefined && high !== undefined && elasticity(low, high).value > FLAT;
}

function isClearlyFlat(low: Measurement | undefined, high: Measurement): boolean {
	if (!low || low.limit < LEAST_CLEAR) return false;
	const { value, error } = elasticity(low, high);
	return value - LOOK_CONFIDENCE * error > FLAT;
}
