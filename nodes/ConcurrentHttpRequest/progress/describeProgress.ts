import { describeCount, describeNumber } from '../common/describeNumber';
import type { CurrentWait } from '../common/CurrentWait';
import { describeDuration } from '../common/describeDuration';

/** How far a run is at a moment. */
export interface RunState {
	/** Items that the run was given. */
	readonly items: number;
	/** Items that have ended with a response. */
	readonly succeeded: number;
	/** Items that have ended with an error. */
	readonly failed: number;
	/** Requests that have ended. */
	readonly requestsEnded: number;
	readonly inFlight: number;
	readonly waits: readonly CurrentWait[];
}

/** Each in units per millisecond. */
interface Rates {
	readonly items: number;
	readonly requests: number;
}

/** Milliseconds; the end of a shorter wait is not worth telling. */
const WORTH_TELLING = 1000;

/** Waits that a line names at most. */
const MAX_WAITS = 3;

/**
 * One line for people: `412 of 1,000 items done, 3 failed, 10 requests in flight, 98 requests a second, about
 * 6 s left, waiting 41 s more for the limit of 100 requests a minute`.
 *
 * @param now the clock's milliseconds
 */
export function describeProgress(state: RunState, rates: Rates, now: number): string {
	const { items, succeeded, failed, inFlight, waits } = state;
	const done = succeeded + failed;
	const parts = [`${describeNumber(done)} of ${describeCount(items, 'item')} done`];
	if (failed > 0) parts.push(`${describeNumber(failed)} failed`);
	parts.push(`${describeCount(inFlight, 'request')} in flight`);
	if (rates.requests > 0) parts.push(describeRate(rates.requests));
	if (rates.items > 0 && done < items) {
		parts.push(`about ${describeDuration((items - done) / rates.items)} left`);
	}
	return [...parts, ...describeWaits(waits, now)].join(', ');
}

/** @param rate requests per millisecond, above 0 */
function describeRate(rate: number): string {
	const perSecond = rate * 1000;
	return perSecond >= 1
		? `${describeCount(rounded(perSecond), 'request')} a second`
		: `${describeCount(rounded(perSecond * 60), 'request')} a minute`;
}

/** One digit after the point below ten. */
function rounded(value: number): number {
	return Number(value.toFixed(value < 10 ? 1 : 0));
}

/** One text for each label, the wait that ends first. */
function describeWaits(waits: readonly CurrentWait[], now: number): string[] {
	const byLabel = Map.groupBy(waits, ({ label }) => label);
	return [...byLabel].slice(0, MAX_WAITS).map(([label, same]) => {
		const left = Math.min(...same.map(({ until }) => until)) - now;
		const more = left >= WORTH_TELLING && left < Infinity ? ` ${describeDuration(left)} more` : '';
		return `waiting${more} for ${label}${describeOrigins(same)}`;
	});
}

function describeOrigins(waits: readonly CurrentWait[]): string {
	const origins = new Set(waits.flatMap(({ origin }) => origin ?? []));
	if (origins.size > 1) return ` at ${describeNumber(origins.size)} hosts`;
	return [...origins].map((origin) => ` at ${origin}`).join('');
}
