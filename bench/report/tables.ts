import { formatTable } from '../../scripts/lib/table.ts';
import type { CaseResult, PeerResult, TargetResult } from './Results.ts';

const heading = [
	'',
	'items',
	'time',
	'x ours',
	'requests/s',
	'CPU s',
	'peak MB',
	'grown MB',
	'connections',
	'in flight',
	'failures',
	'loop ms p99/max',
	'engine calls/item',
	'server',
];

/** A case as lines of text. */
export function caseTable({ name, title, expressionsPerItem, peers }: CaseResult): string {
	return `${name}: ${title}\n${formatTable([heading, ...peers.map((peer) => row(peer, expressionsPerItem))])}`;
}

function row({ title, median, timesOurs }: PeerResult, expressions: number): string[] {
	if (!median) return [title, '', 'died', ...heading.slice(3).map(() => '')];
	const { loopDelayP99, loopDelayMax, engineCallsPerItem: engineCalls } = median;
	return [
		title,
		count(median.items),
		seconds(median.time),
		fixed(timesOurs, 2),
		count(median.requestsPerSecond),
		fixed(median.cpuSeconds, 2),
		megabytes(median.memoryPeak),
		megabytes(median.memoryGrowth),
		count(median.connections),
		count(median.mostInFlight),
		count(median.failures),
		loopDelayMax === undefined ? '-' : `${fixed(loopDelayP99, 0)}/${fixed(loopDelayMax, 0)}`,
		engineCalls === undefined ? '-' : `${fixed(engineCalls, 2)} of ${expressions}`,
		`${fixed(median.serverBusy * 100, 0)} %`,
	];
}

/** Why clients died, a line each. */
export function deaths({ peers }: CaseResult): string[] {
	return peers.flatMap(({ title, died }) => (died === undefined ? [] : [`${title} died: ${died}`]));
}

export function targetTable(targets: TargetResult[]): string {
	const rows = targets.map(({ case: name, what, limit, value, reached }) => [
		`${name}: ${what}`,
		limit,
		typeof value === 'number' ? value.toFixed(2) : (value ?? '-'),
		reached === undefined ? '-' : reached ? 'yes' : 'NO',
	]);
	return formatTable([['promise', 'limit', 'measured', 'kept'], ...rows]);
}

export function seconds(milliseconds: number): string {
	if (milliseconds < 100) return `${milliseconds.toFixed(1)} ms`;
	return `${(milliseconds / 1000).toFixed(milliseconds < 9_950 ? 2 : 1)} s`;
}

function count(value: number): string {
	return Math.round(value).toLocaleString('en');
}

function fixed(value: number | undefined, digits: number): string {
	return value === undefined ? '-' : value.toFixed(digits);
}

function megabytes(bytes: number | undefined): string {
	return bytes === undefined ? '-' : count(bytes / 1e6);
}
