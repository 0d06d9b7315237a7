import type { LatencyEstimate } from './LatencyEstimate';

/** What was measured while one limit held. */
export interface Measurement {
	readonly limit: number;
	readonly latency: LatencyEstimate;
}

/** What older points count for when another one comes. */
const MEMORY = 0.96;

/** What was measured at limits that differ by such a factor, as a logarithm, counts for 1/e. */
const NEIGHBOURHOOD = 0.3;

/** Points that are kept; older ones would hardly count. */
const MOST_POINTS = 64;

/** Points that tell by their scatter how exact they are. */
const ENOUGH_POINTS = 8;

/** What the scatter makes of the errors that were assumed is between these factors. */
const LEAST_SCATTER = 0.8;
const MOST_SCATTER = 2;

interface Point {
	/** ln N and ln W. */
	readonly x: number;
	readonly y: number;
	/** Standard error of ln W. */
	readonly error: number;
	/** How much it still counts, 0 to 1. */
	share: number;
}

export interface Slope {
	readonly value: number;
	/** Standard error of the value; Infinity while nothing is known. */
	readonly error: number;
}

/**
 * By how much latency follows concurrency: e = d ln W / d ln N. It is 0 where more requests in
 * flight just mean more throughput, 1 where they just wait longer, and above 1 where they are in
 * each other's way. By Little's law the throughput's own elasticity is 1 - e.
 *
 * It is the slope of a line through what was measured lately and at similar limits, found by
 * weighted least squares (locally weighted regression: W. S. Cleveland, 1979). How exact it is follows
 * from the scatter about the line, once there are enough points for that.
 */
export class Elasticity {
	private points: Point[] = [];

	add({ limit, latency }: Measurement): void {
		this.discount(MEMORY);
		if (this.points.length >= MOST_POINTS) this.points.shift();
		const { mean, error } = latency;
		this.points.push({ x: Math.log(limit), y: Math.log(mean), error, share: 1 });
	}

	at(limit: number): Slope {
		const centre = Math.log(limit);
		// A small limit has its neighbours further away.
		const width = Math.max(NEIGHBOURHOOD, 1.2 / limit);
		const shareOf = (point: Point) => point.share * Math.exp(-(((point.x - centre) / width) ** 2));
		let sum = 0;
		let x = 0;
		let y = 0;
		let xx = 0;
		let xy = 0;
		for (const point of this.points) {
			const distance = point.x - centre;
			const weight = shareOf(point) / point.error ** 2;
			sum += weight;
			x += weight * distance;
			y += weight * point.y;
			xx += weight * distance * distance;
			xy += weight * distance * point.y;
		}
		const spread = xx - (x * x) / sum;
		if (!(spread > 1e-9 * sum)) return { value: Number.NaN, error: Infinity };
		const value = (xy - (x * y) / sum) / spread;
		const level = (y - value * x) / sum;
		let shares = 0;
		let scatter = 0;
		for (const point of this.points) {
			const residual = (point.y - level - value * (point.x - centre)) / point.error;
			shares += shareOf(point);
			scatter += shareOf(point) * residual * residual;
		}
		const isKnown = shares >= ENOUGH_POINTS;
		const factor = isKnown ? Math.sqrt(scatter / (shares - 2)) : 1;
		const error = Math.min(MOST_SCATTER, Math.max(LEAST_SCATTER, factor)) / Math.sqrt(spread);
		return { value, error };
	}

	/** Lets what was measured so far count for so much of itself, 0 to 1. */
	discount(share: number): void {
		for (const point of this.points) point.share *= share;
	}

	forget(): void {
		this.points = [];
	}
}
