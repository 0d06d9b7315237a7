import type { OriginLimit } from './AdaptiveLimit';

/** Origins that are named; a run may go to very many. */
const MOST_NAMED = 3;

/**
 * A part of the output hint: `concurrency settled at 34`, or with several origins
 * `concurrency settled at 34 (api.example.com), 12 (files.example.com)`. Where a rate was learned, that
 * is what holds, and what is said: `concurrency settled at 48 requests/s`.
 *
 * @returns undefined when nothing was sent
 */
export function describeSettled(limits: readonly OriginLimit[]): string | undefined {
	const [first] = limits;
	if (!first) return undefined;
	if (limits.length === 1) return `concurrency settled at ${figure(first)}`;
	const named = limits
		.slice(0, MOST_NAMED)
		.map((each) => `${figure(each)} (${URL.parse(each.origin)?.host ?? each.origin})`);
	const others = limits.length - named.length;
	if (others > 0) named.push(`and ${others} other ${others === 1 ? 'host' : 'hosts'}`);
	return `concurrency settled at ${named.join(', ')}`;
}

function figure({ limit, ratePerSecond }: OriginLimit): string {
	if (ratePerSecond === undefined) return String(limit);
	return `${Number(ratePerSecond.toPrecision(2))} requests/s`;
}
