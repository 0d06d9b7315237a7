import { AdaptiveLimit } from '../../../nodes/ConcurrentHttpRequest/limits/adaptive/AdaptiveLimit.ts';
import { FixedLimit } from './FixedLimit.ts';
import type { ServerModel } from './ServerModel.ts';
import { simulate } from './simulate.ts';
import type { Simulation, Slice } from './simulate.ts';

/** Milliseconds of virtual time. */
export const DURATION = 60_000;

/** What the user would allow. */
const MAX_CONCURRENCY = 200;

/** Milliseconds at the start whose refusals are the price of finding out. */
const FIRST_SECONDS = 5000;

/** The stretches, in milliseconds, in which the limit should have settled. */
const SETTLED: ReadonlyArray<readonly [number, number]> = [
	[15_000, 30_000],
	[45_000, 60_000],
];

/** Milliseconds over which throughput is averaged to see whether it has recovered. */
const RECOVERY_WINDOW = 1000;

/** The best concurrency is searched among these. */
const candidates = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 18, 20, 24, 28, 32, 40, 52, 64, 90, 130, 200];

/** Courses of chance for each of them: no seed that the algorithm meets. */
export const FIXED_SEEDS: readonly number[] = [501, 502, 503, 504, 505];

export interface BestFixed {
	readonly concurrency: number;
	/** Requests accepted in the whole time, on average. */
	readonly accepted: number;
	/** Milliseconds that an accepted request took after the first 5 s, on average. */
	readonly latency: number;
	/** Requests accepted a second after the last change of the server. */
	readonly rateAfterChange: number;
	/** Requests accepted in each second. */
	readonly rates: readonly number[];
}

export interface Evaluation {
	readonly simulation: Simulation;
	/** Requests accepted, as a share of what the best fixed concurrency had. */
	readonly throughput: number;
	/** Share of the requests after the first 5 s that were refused. */
	readonly refused: number;
	/** Latency after the first 5 s, as a multiple of what the best fixed concurrency had. */
	readonly latency: number;
	/** Where the limit stood in each of the settled stretches: its median. */
	readonly settledAt: readonly number[];
	/** The farthest that the limit went from that median, as a share of it, for each stretch. */
	readonly oscillation: readonly number[];
	/**
	 * What it took after a change until 90 % of the throughput that is then best; all the rest of the time,
	 * and the largest number, when that was never reached.
	 */
	readonly recovery: { readonly seconds: number; readonly requests: number } | undefined;
}

/**
 * Tries out which fixed concurrency has most requests accepted, refusals or not.
 *
 * @param seeds courses of chance for each concurrency
 */
export function findBestFixed(model: ServerModel, seeds = FIXED_SEEDS): BestFixed {
	const results = candidates.map((concurrency) => {
		const slices = seeds.flatMap((seed) =>
			simulate(model, new FixedLimit(concurrency), { duration: DURATION, seed }).slices.map(
				(slice, index) => ({ ...slice, index }),
			),
		);
		/** Requests accepted in one of the stretches of the simulation, on average. */
		const accepted = (from: number, to: number) =>
			total(
				slices.filter(({ index }) => index >= from / 100 && index < to / 100),
				'accepted',
			) / seeds.length;
		return {
			concurrency,
			accepted: accepted(0, DURATION),
			latency: meanLatency(slices.filter(({ index }) => index >= FIRST_SECONDS / 100)),
			rateAfterChange: accepted(45_000, DURATION) / 15,
			rates: Array.from({ length: DURATION / 1000 }, (_, second) =>
				accepted(1000 * second, 1000 * (second + 1)),
			),
		};
	});
	const most = Math.max(...results.map(({ accepted }) => accepted));
	const rateAfterChange = Math.max(...results.map((result) => result.rateAfterChange));
	// Of those that are as good but for chance, the least.
	const best = results.find(({ accepted }) => accepted >= 0.98 * most);
	return {
		concurrency: best?.concurrency ?? 1,
		accepted: most,
		latency: best?.latency ?? 0,
		rateAfterChange,
		rates: best?.rates ?? [],
	};
}

export function evaluate(model: ServerModel, best: BestFixed, seed: number): Evaluation {
	const limit = new AdaptiveLimit(MAX_CONCURRENCY);
	const simulation = simulate(model, limit, { duration: DURATION, seed });
	const { slices } = simulation;
	const refused = sum(slices, FIRST_SECONDS, DURATION, 'refused');
	const accepted = sum(slices, FIRST_SECONDS, DURATION, 'accepted');
	const settledLimits = SETTLED.map(([from, to]) =>
		between(slices, from, to).map((slice) => slice.limit),
	);
	return {
		simulation,
		throughput: sum(slices, 0, DURATION, 'accepted') / best.accepted,
		refused: refused / Math.max(1, refused + accepted),
		latency: meanLatency(between(slices, FIRST_SECONDS, DURATION)) / best.latency,
		settledAt: settledLimits.map(median),
		oscillation: settledLimits.map((limits) => {
			const middle = median(limits);
			return Math.max(...limits.map((each) => Math.abs(each - middle))) / middle;
		}),
		recovery:
			model.changesAt === undefined
				? undefined
				: recoveryAfter(slices, model.changesAt, best.rateAfterChange),
	};
}

/** @param best requests a second that are possible after the change */
function recoveryAfter(slices: Slice[], change: number, best: number): Evaluation['recovery'] {
	for (let from = change; from + RECOVERY_WINDOW <= DURATION; from += 100) {
		const rate = sum(slices, from, from + RECOVERY_WINDOW, 'accepted') / (RECOVERY_WINDOW / 1000);
		if (rate >= 0.9 * best) {
			return { seconds: (from - change) / 1000, requests: sum(slices, change, from, 'accepted') };
		}
	}
	return { seconds: (DURATION - change) / 1000, requests: Number.MAX_SAFE_INTEGER };
}

function between(slices: Slice[], from: number, to: number): Slice[] {
	return slices.slice(from / 100, to / 100);
}

function sum(slices: Slice[], from: number, to: number, kind: 'accepted' | 'refused'): number {
	return total(between(slices, from, to), kind);
}

function total(slices: readonly Slice[], kind: 'accepted' | 'refused' | 'latency'): number {
	return slices.reduce((result, slice) => result + slice[kind], 0);
}

/** Milliseconds. */
function meanLatency(slices: readonly Slice[]): number {
	return total(slices, 'latency') / Math.max(1, total(slices, 'accepted'));
}

function median(values: readonly number[]): number {
	return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
