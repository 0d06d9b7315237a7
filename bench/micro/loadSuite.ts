import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { localFolder } from '../../scripts/paths.ts';
import type { Subject } from './measure.ts';

/** What a file `*.bench.ts` exports. */
export interface Suite {
	title: string;
	subjects: Subject[];
}

const folder = join(localFolder, 'bench', 'micro');

/** Loads a suite of this folder. The node's sources are bundled with it, as they are for n8n. */
export async function loadSuite<T extends Suite>(file: string): Promise<T> {
	await mkdir(folder, { recursive: true });
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
	return ((await import(pathToFileURL(outfile).href)) as { default: T }).default;
}
