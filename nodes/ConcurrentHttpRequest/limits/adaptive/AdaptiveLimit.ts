import { describeCount } from '../../common/describeNumber';
import { PerOrigin } from '../../common/PerOrigin';
import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import { AdaptiveConcurrency } from './AdaptiveConcurrency';

/** Origins that the output hint names; a run may go to very many. */
const MOST_NAMED = 3;

interface OriginState {
	readonly algorithm: AdaptiveConcurrency;
	inFlight: number;
	/** When the latest request started. */
	startedAt: number;
}

/**
 * Enforces what `AdaptiveConcurrency` computes, for each origin separately: what one server can take says
 * nothing about another. The run's `ConcurrencyLimit` keeps all origins together within Max Concurrency.
 */
export class AdaptiveLimit implements Limit<void> {
	readonly perOrigin = true;
	private readonly max: number;
	private readonly origins: PerOrigin<OriginState>;
	private changed: (origin?: string) => void = () => {};

	/** @param max requests in flight to one origin at most; a whole number from 1 */
	constructor(max: number) {
		this.max = max;
		this.origins = new PerOrigin(() => ({
			algorithm: new AdaptiveConcurrency(max),
			inFlight: 0,
			startedAt: -Infinity,
		}));
	}

	onChange(listener: (origin?: string) => void): void {
		this.changed = listener;
	}

	availableAt({ origin }: AdmissionRequest, now: number): number {
		const { algorithm, inFlight, startedAt } = this.origins.of(origin);
		if (inFlight >= algorithm.limit) return Infinity;
		return Math.max(now, startedAt + algorithm.interval);
	}

	take({ origin }: AdmissionRequest, now: number): void {
		const state = this.origins.of(origin);
		state.inFlight++;
		state.startedAt = now;
	}

	release({ origin }: AdmissionRequest, { kind, latency }: Outcome, now: number): void {
		const state = this.origins.of(origin);
		const { algorithm, inFlight } = state;
		state.inFlight--;
		if (kind === 'cancelled') return;
		const { limit, interval } = algorithm;
		algorithm.sample(kind === 'overloaded', latency, inFlight, now);
		if (algorithm.limit > limit || algorithm.interval < interval) this.changed(origin);
	}

	/** Where the limit of an origin stands, in requests in flight; 0 for an origin without requests. */
	settledAt(origin: string): number {
		return this.origins.find(origin)?.algorithm.settled ?? 0;
	}

	/**
	 * For the output hint: `Adaptive concurrency settled at 34 at a time`, with several origins
	 * `Adaptive concurrency settled at 34 at a time (api.example.com), 12 at a time (files.example.com)`, and
	 * where less than one request at a time was allowed `Adaptive concurrency settled at 4.8 requests a second`.
	 * A short run may end before anything has settled: `Adaptive concurrency was at 16 at a time and rising`.
	 *
	 * @returns undefined when nothing was sent
	 */
	describeSettled(): string | undefined {
		const [first, ...others] = this.origins.entries();
		if (!first) return undefined;
		if (others.length === 0) return describeOne(first[1], this.max);
		const named = [first, ...others]
			.slice(0, MOST_NAMED)
			.map(([origin, state]) => `${figure(state)} (${URL.parse(origin)?.host ?? origin})`);
		const left = 1 + others.length - named.length;
		if (left > 0) named.push(`and ${describeCount(left, 'other host')}`);
		return `Adaptive concurrency settled at ${named.join(', ')}`;
	}
}

function describeOne(state: OriginState, max: number): string {
	const { isRising, settled, interval } = state.algorithm;
	if (settled >= max && interval === 0) {
		return `Adaptive concurrency went up to its Max Concurrency of ${max}`;
	}
	return isRising
		? `Adaptive concurrency was at ${figure(state)} and rising`
		: `Adaptive concurrency settled at ${figure(state)}`;
}

function figure({ algorithm: { interval, settled } }: OriginState): string {
	const perSecond = Number((1000 / interval).toPrecision(2));
	return interval > 0 ? `${perSecond} requests a second` : `${settled} at a time`;
}
