/** Of the share of refusals that there was, what is expected if it is background, and if it is not. */
const STILL_THERE = 0.6;
const GONE = 0.12;

/** A lower share is not looked for: it would take too long. */
const LEAST_SHARE = 0.03;

/** Odds of 20 to 1. */
const CERTAIN = Math.log(20);

/**
 * Tells whether refusals go on though much less is sent. Then they do not depend on what we send: they
 * are background. It is A. Wald's sequential probability ratio test ("Sequential Analysis", 1947): each
 * answer shifts the odds between the two cases, and the test ends as soon as they are clear, which
 * takes fewer samples than any test of a fixed number.
 */
export class BackgroundTest {
	private odds = 0;
	private readonly ifRefused = Math.log(STILL_THERE / GONE);
	private readonly ifAccepted: number;

	/** @param share of refusals before less was sent, above 0 to 1 */
	constructor(share: number) {
		const least = Math.max(LEAST_SHARE, share);
		this.ifAccepted = Math.log((1 - STILL_THERE * least) / (1 - GONE * least));
	}

	/** @returns whether they are background, once that is clear */
	add(isRefused: boolean): boolean | undefined {
		this.odds += isRefused ? this.ifRefused : this.ifAccepted;
		if (Math.abs(this.odds) < CERTAIN) return undefined;
		return this.odds > 0;
	}
}
