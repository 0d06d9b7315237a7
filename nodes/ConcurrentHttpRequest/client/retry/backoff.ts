/** Both in milliseconds; `base` is at most `cap`. */
export interface Backoff {
	readonly base: number;
	readonly cap: number;
}

/**
 * Exponential backoff with full jitter: a random time between nothing and
 * `min(cap, base * 2^(tries - 1))`. Of the ways to add jitter it gives the least work for the
 * server at nearly the least time (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture
 * Blog, 2015, https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param tries attempts made so far, from 1
 * @param random gives numbers from 0 to below 1
 * @returns milliseconds
 */
export function fullJitter({ base, cap }: Backoff, tries: number, random: () => number): number {
	return random() * Math.min(cap, base * 2 ** (tries - 1));
}
