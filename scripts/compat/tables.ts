import { formatTable, markdownTable } from '../lib/table.ts';
import type { Check } from './runSuite.ts';

/** The outcomes of the checks, by version. */
export type Results = ReadonlyMap<string, readonly Check[]>;

const WORDS = { passed: 'yes', failed: 'NO', absent: '-' };
const SIGNS = { passed: '✓', failed: '**✗**', absent: '–' };

/** A row for each check, a column for each version, for a terminal. */
export function plainTable(results: Results): string {
	const versions = [...results.keys()];
	const rows = groupsOf(results).flatMap(({ group, names }) =>
		names.map((name) => [
			`${group}: ${name}`,
			...versions.map((version) => cell(results, version, group, name, WORDS)),
		]),
	);
	return formatTable([
		['', ...versions],
		...rows,
		['passed', ...versions.map((v) => sum(results, v))],
	]);
}

/** The sums, and then a table for each group with the versions that it was run on. */
export function markdownTables(results: Results): string {
	const versions = [...results.keys()];
	const sums = markdownTable([
		['n8n', ...versions],
		['Checks passed', ...versions.map((version) => sum(results, version))],
	]);
	const tables = groupsOf(results).map(({ group, names }) => {
		const ran = versions.filter((version) =>
			names.some((name) => find(results, version, group, name)),
		);
		const rows = names.map((name) => [
			name.replaceAll('|', '\\|'),
			...ran.map((version) => cell(results, version, group, name, SIGNS)),
		]);
		return markdownTable([[group, ...ran], ...rows]);
	});
	return [sums, ...tables].join('\n\n');
}

/** Groups and the names of their checks, in the order in which they were run. */
function groupsOf(results: Results): Array<{ group: string; names: string[] }> {
	const groups = new Map<string, Set<string>>();
	for (const { group, name } of [...results.values()].flat()) {
		groups.set(group, (groups.get(group) ?? new Set()).add(name));
	}
	return [...groups].map(([group, names]) => ({ group, names: [...names] }));
}

function find(results: Results, version: string, group: string, name: string): Check | undefined {
	return results.get(version)?.find((check) => check.group === group && check.name === name);
}

function cell(
	results: Results,
	version: string,
	group: string,
	name: string,
	signs: Record<Check['outcome'], string>,
): string {
	const check = find(results, version, group, name);
	return check ? signs[check.outcome] : '';
}

/** `45 of 46` */
function sum(results: Results, version: string): string {
	const checks = (results.get(version) ?? []).filter(({ outcome }) => outcome !== 'absent');
	return `${checks.filter(({ outcome }) => outcome === 'passed').length} of ${checks.length}`;
}
