import { ChangeListeners } from '../ChangeListeners';
import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import type { ConcurrencyAlgorithm } from './ConcurrencyAlgorithm';

/** Milliseconds that a start may be early after late ones: timers are late on a busy machine. */
const PACING_SLACK = 20;

export interface AdaptiveLimitOptions {
	/** Makes the algorithm of an origin, when the first request goes there. */
	readonly algorithm: () => ConcurrencyAlgorithm;
	/** Milliseconds by which timers of our own event loop are late at present. */
	readonly loopDelay?: () => number;
}

export interface OriginLimit {
	readonly origin: string;
	/** Requests in flight. */
	readonly limit: number;
	/** Starts a second at most, where the server counts those. */
	readonly ratePerSecond?: number;
}

/** What is known of one origin. */
interface OriginState {
	readonly algorithm: ConcurrencyAlgorithm;
	inFlight: number;
	/** The time from which the next start keeps the pace. */
	nextStart: number;
}

/**
 * Keeps to what an algorithm computes, for each origin by itself: what one server can take says
 * nothing about another. That all origins together stay within the run's Max Concurrency is the
 * business of the run's `ConcurrencyLimit`, which holds beside this one.
 */
export class AdaptiveLimit implements Limit<void> {
	readonly perOrigin = true;
	private readonly options: AdaptiveLimitOptions;
	private readonly origins = new Map<string, OriginState>();
	private readonly listeners = new ChangeListeners();
	readonly onChange = this.listeners.add;

	constructor(options: AdaptiveLimitOptions) {
		this.options = options;
	}

	availableAt({ origin }: AdmissionRequest, now: number): number {
		const { algorithm, inFlight, nextStart } = this.stateOf(origin);
		if (inFlight >= algorithm.limit) return Infinity;
		return algorithm.minInterval > 0 ? Math.max(now, nextStart) : now;
	}

	take({ origin }: AdmissionRequest, now: number): void {
		const state = this.stateOf(origin);
		state.inFlight++;
		state.nextStart = Math.max(state.nextStart, now - PACING_SLACK) + state.algorithm.minInterval;
	}

	release({ origin }: AdmissionRequest, { kind, latency }: Outcome, now: number): void {
		const state = this.stateOf(origin);
		const { algorithm, inFlight } = state;
		state.inFlight--;
		if (kind === 'cancelled') return;
		const { limit, minInterval } = algorithm;
		const loopDelay = this.options.loopDelay?.() ?? 0;
		algorithm.sample({ now, latency, inFlight, kind, loopDelay });
		if (algorithm.minInterval < minInterval) {
			state.nextStart -= minInterval - algorithm.minInterval;
		}
		if (algorithm.limit > limit || algorithm.minInterval < minInterval) {
			this.listeners.notify(origin);
		}
	}

	/** The limit that holds for each origin at this moment. */
	limits(): OriginLimit[] {
		return this.describe(({ limit }) => limit);
	}

	/** Where the limit of each origin stands, in the order in which they were first asked for. */
	settled(): OriginLimit[] {
		return this.describe(({ settled }) => settled);
	}

	private describe(limitOf: (algorithm: ConcurrencyAlgorithm) => number): OriginLimit[] {
		return [...this.origins].map(([origin, { algorithm }]) => ({
			origin,
			limit: limitOf(algorithm),
			...(algorithm.minInterval > 0 && { ratePerSecond: 1000 / algorithm.minInterval }),
		}));
	}

	private stateOf(origin: string): OriginState {
		let state = this.origins.get(origin);
		if (!state) {
			state = { algorithm: this.options.algorithm(), inFlight: 0, nextStart: -Infinity };
			this.origins.set(origin, state);
		}
		return state;
	}
}
