import { describeCount, describeNumber, describeTimes } from '../common/describeNumber';
import { describeDuration } from '../common/describeDuration';
import type { ConcurrencyAdvice } from './ConcurrencyUsage';
import { type Counted, NOT_TRIED, type RunStatistics } from './RunStatistics';

/**
 * Describes what a run did, in sentences for people:
 * `1,000 requests in 4.1 s, at most 10 at a time on 10 connections`, `3 items failed (2 x 503, 1 x timeout)`.
 *
 * @param duration milliseconds
 */
export function describeRun(statistics: RunStatistics, duration: number): string[] {
	const { requests, mostInFlight } = statistics;
	const sent = requests === 0 ? 'No request was sent' : describeCount(requests, 'request');
	const time = `in ${describeDuration(duration)}`;
	const most = `at most ${describeNumber(mostInFlight)} at a time${describeConnections(statistics)}`;
	const sentences = [requests === 0 ? sent : `${sent} ${time}${requests === 1 ? '' : `, ${most}`}`];
	const failures = statistics.failuresByKind().filter(({ kind }) => kind !== NOT_TRIED);
	if (failures.length > 0) {
		sentences.push(`${describeCount(total(failures), 'item')} failed (${list(failures)})`);
	}
	const notTried = statistics.itemsNotTried;
	if (notTried > 0) {
		sentences.push(`${describeCount(notTried, 'item was', 'items were')} not tried`);
	}
	return sentences;
}

/** ` on 10 connections`; nothing where none was made. */
function describeConnections({ connections, responses }: RunStatistics): string {
	if (connections > 0) return ` on ${describeCount(connections, 'connection')}`;
	return responses > 0 ? ' on kept connections' : '';
}

/**
 * Further sentences: `14 retries (12 x 429, 2 x timeout)`, `The circuit breaker opened twice`.
 * Empty where nothing of it happened.
 *
 * @param circuitOpened how often a circuit breaker has opened
 */
export function describeRetries(statistics: RunStatistics, circuitOpened: number): string[] {
	const sentences: string[] = [];
	const { retries, retriesNotMade } = statistics;
	if (retries > 0) {
		sentences.push(
			`${describeCount(retries, 'retry', 'retries')} (${list(statistics.retriesByCause())})`,
		);
	}
	if (retriesNotMade > 0) {
		const left = describeCount(retriesNotMade, 'more retry was', 'more retries were');
		sentences.push(`${left} not made, because Retries per 100 Requests allowed no more`);
	}
	if (circuitOpened > 0)
		sentences.push(`The circuit breaker opened ${describeTimes(circuitOpened)}`);
	return sentences;
}

/**
 * `Max Concurrency held the run back: the server responded in 80 ms throughout`,
 * `With 20 at a time it would take about 23 s instead of 45 s, if the server keeps up; ...`
 *
 * @param duration of the run, in milliseconds
 */
export function describeAdvice(advice: ConcurrencyAdvice | undefined, duration: number): string[] {
	if (!advice) return [];
	const { concurrency, latency } = advice;
	return [
		`Max Concurrency held the run back: the server responded in ${describeDuration(latency)} throughout`,
		`With ${concurrency} at a time it would take about ${describeDuration(advice.duration)} instead of ${describeDuration(duration)}, if the server keeps up; Concurrency Mode Adaptive finds out whether it does`,
	];
}

/** One text of several sentences without full stops. */
export function joinSentences(sentences: readonly string[]): string {
	return `${sentences.join('. ')}.`;
}

function list(counts: readonly Counted[]): string {
	return counts.map(({ kind, count }) => `${describeNumber(count)} x ${kind}`).join(', ');
}

function total(counts: readonly Counted[]): number {
	return counts.reduce((sum, { count }) => sum + count, 0);
}
