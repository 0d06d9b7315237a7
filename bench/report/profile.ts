import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants } from 'node:perf_hooks';
import { formatTable } from '../../scripts/lib/table.ts';
import type { Collections } from '../n8n/extensions/profile.ts';

/** What of V8's profile is needed (Chrome DevTools Protocol, `Profiler.Profile`). */
interface Profile {
	nodes: Array<{
		id: number;
		callFrame: { functionName: string; url: string; lineNumber: number };
	}>;
	samples: number[];
	/** Microseconds since the sample before. */
	timeDeltas: number[];
	/** What the bench adds. */
	collections: Collections[];
}

const MOST_FUNCTIONS = 40;

/** For each profile in a folder, where its time was spent: by part, and by function. */
export async function profileTables(folder: string): Promise<string> {
	const tables: string[] = [];
	for await (const file of glob('*.cpuprofile', { cwd: folder })) {
		const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as Profile;
		tables.push(`\n${file}\n${tableOf(profile, 'part', partOf)}`);
		tables.push(tableOf(profile, 'function', functionOf), collectionTable(profile));
	}
	return tables.join('\n\n');
}

type CallFrame = Profile['nodes'][number]['callFrame'];

function tableOf(profile: Profile, title: string, nameOf: (frame: CallFrame) => string): string {
	const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
	const times = new Map<string, number>();
	let total = 0;
	for (const [index, id] of profile.samples.entries()) {
		const name = names.get(id) ?? '';
		if (name === '(idle)') continue;
		const time = profile.timeDeltas[index] ?? 0;
		total += time;
		times.set(name, (times.get(name) ?? 0) + time);
	}
	const rows = [...times].toSorted(([, a], [, b]) => b - a).slice(0, MOST_FUNCTIONS);
	const format = (time: number) => [(time / 1000).toFixed(0), ((100 * time) / total).toFixed(1)];
	return formatTable([
		[title, 'ms', '%'],
		...rows.map(([name, time]) => [name, ...format(time)]),
		['all but idle', ...format(total)],
	]);
}

const COLLECTION_NAMES = new Map([
	[constants.NODE_PERFORMANCE_GC_MINOR, 'of what is young'],
	[constants.NODE_PERFORMANCE_GC_MAJOR, 'of everything'],
	[constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'a step towards one of everything'],
]);

function collectionTable({ collections }: Profile): string {
	const rows = collections.map(({ kind, count, time, longest }) => [
		COLLECTION_NAMES.get(kind) ?? 'other',
		...[count, time, longest].map((figure) => figure.toFixed(0)),
	]);
	return formatTable([['garbage collection', 'times', 'ms', 'longest ms'], ...rows]);
}

function functionOf({ functionName, url, lineNumber }: CallFrame): string {
	if (url === '') return functionName;
	const place = url.split('/').slice(-2).join('/');
	return `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`;
}

function partOf({ functionName, url }: CallFrame): string {
	if (url === '') return functionName.startsWith('(') ? functionName : 'built-in functions';
	if (url.includes('n8n-nodes-concurrent-http')) return 'this package, with undici';
	if (url.startsWith('node:')) return 'Node.js';
	return url.includes('/node_modules/') ? 'n8n and its libraries' : 'the bench itself';
}
