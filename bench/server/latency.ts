/** After how long the server answers: at once, after so many milliseconds, or heavy-tailed. */
export type Latency = '0' | '20' | '200' | 'tail';

/** Milliseconds: half of the heavy-tailed answers come sooner. */
const TAIL_MEDIAN = 20;
/** Milliseconds: no answer takes longer, else the mean would have no bound. */
const TAIL_LONGEST = 3_000;
/** Chosen so that the first 2,000 ids, which is what runs, have that p50 and that p99, too. */
const SEED = 147_204_416;

/**
 * Milliseconds until the answer to a request. The heavy tail is log-logistic: p50 is 20 ms, p90
 * 180 ms, p99 2 s. It follows from the id alone, so every client meets the same slow answers.
 */
export function delayOf(latency: Latency, id: number): number {
	if (latency !== 'tail') return Number(latency);
	const rank = scatter(id);
	return Math.min((TAIL_MEDIAN * rank) / (1 - rank), TAIL_LONGEST);
}

/** Even an answer at once lets what came in with it be counted as in flight. */
export function answerAfter(delay: number, answer: () => void): void {
	if (delay > 0) setTimeout(answer, delay);
	else setImmediate(answer);
}

/** A number from 0 to below 1 that looks random: the finalizer of MurmurHash3. */
function scatter(id: number): number {
	let hash = id + SEED;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
