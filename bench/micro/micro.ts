import { glob, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { runProgram } from '../../scripts/lib/main.ts';
import { formatTable } from '../../scripts/lib/table.ts';
import { localFolder } from '../../scripts/paths.ts';
import { measure } from './measure.ts';
import type { Subject } from './measure.ts';

/** What a file `*.bench.ts` exports. */
interface Suite {
	title: string;
	subjects: Subject[];
}

const folder = join(localFolder, 'bench', 'micro');

/**
 * Times the parts of the hot path by themselves: `node bench/micro/micro.ts [part of a name]`. The
 * node's sources are bundled first, as they are for n8n.
 */
async function micro(): Promise<void> {
	const wanted = process.argv[2] ?? '';
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	for await (const file of glob('*.bench.ts', { cwd: import.meta.dirname })) {
		if (!file.includes(wanted)) continue;
		const { title, subjects } = await load(file);
		const timings = await measure(subjects);
		const rows = timings.map(({ name, nanoseconds }) => [name, format(nanoseconds)]);
		console.log(`\n${formatTable([[title, 'ns'], ...rows])}`);
	}
}

async function load(file: string): Promise<Suite> {
	const outfile = join(folder, `${basename(file, '.ts')}.cjs`);
	await build({
		entryPoints: [join(import.meta.dirname, file)],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node22',
		mainFields: ['module', 'main'],
		external: ['n8n-workflow'],
		logLevel: 'warning',
	});
	return ((await import(pathToFileURL(outfile).href)) as { default: Suite }).default;
}

function format(nanoseconds: number): string {
	return Math.round(nanoseconds).toLocaleString('en');
}

await runProgram(micro);
