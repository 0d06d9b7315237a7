/** Methods of a text that take a regular expression, and give neither a match nor an iterator. */
export const regularExpressionMethods: ReadonlySet<string> = new Set([
	...['replace', 'replaceAll', 'split', 'search'],
]);

const QUANTIFIER = /[*+?]|\{\d/g;

/** Groups, look-arounds, references back, Unicode classes. */
const RISKY = /\(|\\[1-9kpP]/;

/**
 * The longest text to search, by how many things a pattern repeats. The engine searches in an
 * isolate with a time limit; here it is n8n's own thread, which must not be held for more than some
 * milliseconds, and the time grows with a power of the length.
 */
const LONGEST = [100_000, 5_000, 500];

/**
 * The length of text, in characters, up to which a search by this pattern cannot take long.
 *
 * @returns `undefined` where that cannot be told
 */
export function longestSearched(pattern: string, flags: string): number | undefined {
	const simplified = pattern.replace(/\\[^1-9kpP]/g, 'x').replace(/\[[^\]]*\]/g, 'x');
	if (RISKY.test(simplified) || !/^[gims]*$/.test(flags)) return undefined;
	return LONGEST[simplified.match(QUANTIFIER)?.length ?? 0];
}
