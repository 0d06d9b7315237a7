import { KneeSearch } from './KneeSearch';
import { RefusalCeiling } from './RefusalCeiling';

/**
 * Finds the concurrency at which a server has its best throughput and refuses nothing.
 *
 * **By latency.** Little's law (J. D. C. Little, 1961) says that with N requests in flight of W
 * milliseconds each, the throughput is X = N / W. Below its capacity a server needs the same W0 for each,
 * so X grows as N does. At its capacity X cannot grow, so W does. Between the two is the knee
 *
 *     K = X_max W0 = N W0 / W        for any N above K
 *
 * This is the gradient of Netflix's Gradient2 and of Envoy's adaptive concurrency: W0 / W says by how much
 * N is too high. They take W0 from the past, or from a few requests in flight. Here it is the latency at a
 * lower limit N0, measured in turn with the one at N, so that both change together when the server does:
 *
 *     ln W / W0  ~ 0              N is below the knee: double it
 *                ~ ln N / N0      N0 is above the knee: go there
 *                between          K = N W0 / W is exact, and the limit becomes 1.25 K
 *
 * W is a mean, and its standard error decides when a difference is not chance. Each look at N0 begins anew,
 * so that what the server did before says nothing.
 *
 * **By refusals.** They cap N by a ceiling C: additive increase, multiplicative decrease (Chiu and Jain,
 * 1989). The first refusal cuts C by 4 %, each further one by twice as much as the one before. C doubles
 * back to half of the level that was refused, then goes half of the way as BIC does, then as far beyond it
 * again. Whether the server counts requests in flight or requests per time, C W is what it accepts: by
 * Little's law a quota of X allows C = X W in flight. So C is a fraction, N alternates about it, and
 * below 1 a request starts every W / C milliseconds.
 *
 * A server that refuses a share of all requests at random would bring C down to nothing. Where some
 * are refused at a quarter of the first C as well, they are not due to us, and are ignored.
 */
export class AdaptiveConcurrency {
	/** Requests that may be in flight: a whole number from 1. */
	limit = 1;
	private readonly knee: KneeSearch;
	private readonly ceiling = new RefusalCeiling();
	private fraction = 0;

	/** @param max requests in flight at most; a whole number from 1 */
	constructor(max: number) {
		this.knee = new KneeSearch(max);
	}

	/** The limit but for what is being measured: the figure to show people. */
	get settled(): number {
		return Math.max(1, Math.round(Math.min(this.knee.settled, this.ceiling.value)));
	}

	/** Whether nothing has stopped it from doubling yet: where it stands then says only how short the run was. */
	get isRising(): boolean {
		return this.knee.isDoubling && this.ceiling.value >= this.knee.settled;
	}

	/** Milliseconds between two starts, 0 to 1000; 0 unless not even one in flight is accepted. */
	get interval(): number {
		return this.ceiling.interval;
	}

	/**
	 * A request has ended.
	 *
	 * @param isRefused 429, 503, a reset, a timeout
	 * @param latency milliseconds from its start to its end
	 * @param inFlight requests just before it ended, itself included; from 1
	 * @param now the clock's milliseconds
	 */
	sample(isRefused: boolean, latency: number, inFlight: number, now: number): void {
		const { ceiling, knee } = this;
		ceiling.sample(isRefused, latency, knee, now);
		if (!isRefused) knee.sample(latency, inFlight);
		const limit = Math.max(1, Math.min(knee.limit, ceiling.value));
		this.limit = Math.min(knee.limit, Math.floor(limit + this.fraction));
		this.fraction += limit - this.limit;
	}
}
