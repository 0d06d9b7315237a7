import { LatencyEstimate } from './LatencyEstimate';

/** Rounds before a change is looked for: until then there is too little to compare with. */
const LEAST_ROUNDS = 6;

/** Rounds that the error assumed at first counts for, against the scatter that is seen. */
const PRIOR_ROUNDS = 8;

/** Drift that is not counted, in standard deviations of a round, and in logarithms of latency. */
const SLACK = 0.75;
const LEAST_SLACK = 0.05;

/** Standard deviations that one round counts for at most, so that it takes several. */
const MOST = 3;

/**
 * Sum of drifts from which it is no chance. With the slack, chance alone gets there once in 100,000
 * rounds (D. Siegmund, "Sequential Analysis", 1985: the mean run length of a CUSUM).
 */
const THRESHOLD = 9;

export interface Change {
	readonly isLower: boolean;
	/** What was measured since the change. */
	readonly latency: LatencyEstimate;
}

/** One of the two directions. */
interface Drift {
	sum: number;
	latency: LatencyEstimate;
}

/**
 * Notices that latency has changed, by a cumulative sum: E. S. Page, "Continuous inspection schemes"
 * (Biometrika, 1954). What each round is above the mean of all, less a slack, is added up, and never
 * falls below zero. Chance goes back and forth and comes to nothing; a change adds up, however small,
 * and shows the sooner the larger it is. When it shows, the sum's last zero says since when.
 *
 * How far rounds scatter by chance is seen from the rounds themselves ("batch means"): latencies of
 * requests that share a queue are not independent, so their own variance does not tell.
 */
export class ChangeDetector {
	private rounds = 0;
	private mean = 0;
	private squares = 0;
	private readonly higher: Drift = { sum: 0, latency: new LatencyEstimate() };
	private readonly lower: Drift = { sum: 0, latency: new LatencyEstimate() };

	/** @returns the change, once it is beyond doubt */
	add(round: LatencyEstimate): Change | undefined {
		const value = Math.log(round.mean);
		if (this.rounds >= LEAST_ROUNDS) {
			const variance =
				(PRIOR_ROUNDS * round.error ** 2 + this.squares) / (PRIOR_ROUNDS + this.rounds - 1);
			const deviation = Math.sqrt(variance);
			const drift = (value - this.mean) / deviation;
			const slack = Math.max(SLACK, LEAST_SLACK / deviation);
			for (const [direction, side] of [
				[1, this.higher],
				[-1, this.lower],
			] as const) {
				side.sum = Math.max(0, side.sum + Math.min(MOST, direction * drift) - slack);
				if (side.sum === 0) side.latency = new LatencyEstimate();
				else side.latency.join(round);
				if (side.sum > THRESHOLD) return { isLower: direction < 0, latency: side.latency };
			}
		}
		this.rounds++;
		const difference = value - this.mean;
		this.mean += difference / this.rounds;
		this.squares += difference * (value - this.mean);
		return undefined;
	}
}
