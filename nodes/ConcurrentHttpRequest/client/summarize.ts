import type { RunStatistics } from './RunStatistics';

/**
 * One sentence on a run, for people:
 * `1,000 requests in 4.1 s, 10 in flight, 10 connections, 3 failed (2 x 503, 1 timeout)`.
 *
 * @param duration milliseconds
 */
export function summarize(statistics: RunStatistics, duration: number): string {
	const parts = [
		`${counted(statistics.requests, 'request')} in ${(duration / 1000).toFixed(1)} s`,
		`${number(statistics.mostInFlight)} in flight`,
		counted(statistics.connections, 'connection'),
	];
	const failures = statistics.failuresByKind();
	if (failures.length > 0) {
		const total = failures.reduce((sum, { count }) => sum + count, 0);
		const kinds = failures.map(({ kind, count }) =>
			count > 1 || /^\d/.test(kind) ? `${number(count)} x ${kind}` : `1 ${kind}`,
		);
		parts.push(`${number(total)} failed (${kinds.join(', ')})`);
	}
	return parts.join(', ');
}

/**
 * Further parts of the summary: `14 retries (12 x 429, 2 x timeout)`, `circuit breaker opened twice`.
 * Empty where nothing of it happened. The limits' labels say what requests waited for.
 *
 * @param circuitOpened how often a circuit breaker has opened
 */
export function describeRetries(statistics: RunStatistics, circuitOpened: number): string[] {
	const parts: string[] = [];
	if (statistics.retries > 0) {
		const causes = statistics
			.retriesByCause()
			.map(({ kind, count }) => `${number(count)} x ${kind}`);
		parts.push(`${counted(statistics.retries, 'retry', 'retries')} (${causes.join(', ')})`);
	}
	if (statistics.retriesNotMade > 0) {
		const retries = counted(statistics.retriesNotMade, 'retry', 'retries');
		parts.push(`${retries} not made, to stay within the retry budget`);
	}
	if (circuitOpened > 0) {
		const times = circuitOpened === 1 ? 'once' : `${number(circuitOpened)} times`;
		parts.push(`circuit breaker opened ${times}`);
	}
	return parts;
}

function counted(count: number, noun: string, plural = `${noun}s`): string {
	return `${number(count)} ${count === 1 ? noun : plural}`;
}

/** The same on every server, whatever its language. */
function number(value: number): string {
	return value.toLocaleString('en-US');
}
