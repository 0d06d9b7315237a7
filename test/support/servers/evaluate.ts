import { AdaptiveConcurrency } from '../../../nodes/ConcurrentHttpRequest/limits/adaptive/AdaptiveConcurrency.ts';
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
const candidates = [2, 3, 4, 6, 8, 12, 16, 18, 20, 24, 28, 32, 40, 64];

export interface BestFixed {
	readonly concurrency: number;
	/** Requests accepted in the whole time. */
	readonly accepted: number;
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
	/** Where the limit stood in each of the settled stretches: its median. */
	readonly settledAt: readonly number[];
	/** The farthest that the limit went from that median, as a share of it, for each stretch. */
	readonly oscillation: readonly number[];
	/**
	 * What it took after a change until 90 % of the throughput that is then best; all the rest when
	 * that was never reached.
	 */
	readonly recovery: { readonly seconds: number; readonly requests: number } | undefined;
}

/** Tries out which fixed concurrency has most requests accepted, refusals or not. */
export function findBestFixed(model: ServerModel): BestFixed {
	const results = candidates.map((concurrency) => {
		const { slices } = simulate(model, new FixedLimit(concurrency), {
			duration: DURATION,
			seed: 99,
		});
		return {
			concurrency,
			accepted: sum(slices, 0, DURATION, 'accepted'),
			rateAfterChange: sum(slices, 45_000, DURATION, 'accepted') / 15,
			rates: Array.from({ length: DURATION / 1000 }, (_, second) =>
				sum(slices, 1000 * second, 1000 * (second + 1), 'accepted'),
			),
		};
	});
	const most = Math.max(...results.map(({ accepted }) => accepted));
	const rateAfterChange = Math.max(...results.map((result) => result.rateAfterChange));
	// Of those that are as good but for chance, the least.
	const best = results.find(({ accepted }) => accepted >= 0.995 * most);
	return {
		concurrency: best?.concurrency ?? 1,
		accepted: most,
		rateAfterChange,
		rates: best?.rates ?? [],
	};
}

export function evaluate(model: ServerModel, best: BestFixed, seed: number): Evaluation {
	const limit = new AdaptiveLimit({ algorithm: () => new AdaptiveConcurrency(MAX_CONCURRENCY) });
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
		refused: refused / (refused + accepted),
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
	return {
		seconds: (DURATION - change) / 1000,
		requests: sum(slices, change, DURATION, 'accepted'),
	};
}

function between(slices: Slice[], from: number, to: number): Slice[] {
	return slices.slice(from / 100, to / 100);
}

function sum(slices: Slice[], from: number, to: number, kind: 'accepted' | 'refused'): number {
	return between(slices, from, to).reduce((total, slice) => total + slice[kind], 0);
}

function median(values: readonly number[]): number {
	return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
