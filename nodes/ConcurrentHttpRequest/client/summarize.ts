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

function counted(count: number, noun: string): string {
	return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** The same on every server, whatever its language. */
function number(value: number): string {
	return value.toLocaleString('en-US');
}
