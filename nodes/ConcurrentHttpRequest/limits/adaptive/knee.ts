import type { LatencyEstimate } from './LatencyEstimate';

/** What was measured while one limit held. */
export interface Measurement {
	readonly limit: number;
	readonly latency: LatencyEstimate;
}

/** Share of the best throughput that is aimed at, at least. */
const NEARLY = 0.96;

/** Share of the knee by which more is kept in flight, so that free capacity shows. */
const HEADROOM = 0.25;

/**
 * Where the limit belongs, from what was measured at several limits. It is the greater of two:
 *
 * - What fills the server, N* = X W0 by Little's law, and a little more, so that it has always
 *   something to do. W0 is the latency below the knee.
 * - What has nearly the best throughput, between two limits by interpolation: a server that gets
 *   slower from the first request on has no W0, and no sharp knee.
 *
 * @param climb by rising limit, the first below the knee
 * @param unloaded the latency below the knee, W0
 */
export function findKnee(climb: readonly Measurement[], unloaded: LatencyEstimate): number {
	const best = Math.max(...climb.map(throughput));
	const knee = best * unloaded.mean;
	// At least one request more, or a small limit would never find out.
	return Math.max(
		knee * (1 + HEADROOM),
		Math.min(knee + 1, 2 * knee),
		nearlyBest(climb, NEARLY * best),
	);
}

/**
 * The elasticity of latency between two limits, d ln W / d ln N, and its standard error. By Little's
 * law the throughput's own elasticity is 1 less that.
 */
export function elasticity(low: Measurement, high: Measurement): { value: number; error: number } {
	const step = Math.log(high.limit / low.limit);
	return {
		value: Math.log(high.latency.mean / low.latency.mean) / step,
		error: Math.hypot(low.latency.error, high.latency.error) / step,
	};
}

function nearlyBest(climb: readonly Measurement[], enough: number): number {
	const index = climb.findIndex((each) => throughput(each) >= enough);
	const [above, below] = [climb[index], climb[index - 1]];
	if (!above) return 0;
	if (!below) return above.limit;
	const share =
		Math.log(enough / throughput(below)) / Math.log(throughput(above) / throughput(below));
	return below.limit * (above.limit / below.limit) ** share;
}

function throughput({ limit, latency }: Measurement): number {
	return limit / latency.mean;
}
