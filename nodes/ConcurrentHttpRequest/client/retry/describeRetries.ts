import type { RetryStatistics } from './RetryStatistics';

/**
 * Parts of the sentence on a run: `14 retries (12 x 429, 2 x timeout)`, `circuit breaker opened
 * twice`. Nothing about what did not happen. What it waited for is told by the limits' labels.
 *
 * @param circuitOpened how often a circuit breaker has opened
 */
export function describeRetries(statistics: RetryStatistics, circuitOpened: number): string[] {
	const parts: string[] = [];
	if (statistics.retries > 0) {
		const noun = statistics.retries === 1 ? 'retry' : 'retries';
		const causes = statistics.byCause().map(({ cause, count }) => `${number(count)} x ${cause}`);
		parts.push(`${number(statistics.retries)} ${noun} (${causes.join(', ')})`);
	}
	if (statistics.notMade > 0) {
		const noun = statistics.notMade === 1 ? 'retry' : 'retries';
		parts.push(`${number(statistics.notMade)} ${noun} not made, to stay within the retry budget`);
	}
	if (circuitOpened > 0) {
		const times = circuitOpened === 1 ? 'once' : `${number(circuitOpened)} times`;
		parts.push(`circuit breaker opened ${times}`);
	}
	return parts;
}

/** The same on every server, whatever its language. */
function number(value: number): string {
	return value.toLocaleString('en-US');
}
