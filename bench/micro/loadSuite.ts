import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { localFolder } from '../../scripts/paths.ts';
import { bundle } from '../bundle.ts';
import type { Subject } from './measure.ts';

/** What a file `*.bench.ts` exports. */
export interface Suite {
	title: string;
	subjects: Subject[];
}

const folder = join(localFolder, 'bench', 'micro');

/** Loads a suite of this folder. The node's sources are bundled with it, as they are for n8n. */
export async function loadSuite<T extends Suite>(file: string): Promise<T> {
	const outfile = join(folder, `${basename(file, '.ts')}.cjs`);
	await bundle(join(import.meta.dirname, file), outfile);
	return ((await import(pathToFileURL(outfile).href)) as { default: T }).default;
}
