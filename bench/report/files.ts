import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localFolder, projectFolder } from '../../scripts/paths.ts';
import type { Results } from './Results.ts';

export interface ResultFiles {
	results: string;
	/** The folder of the charts. */
	charts: string;
}

/** What the repository shows. */
export const repositoryFiles: ResultFiles = {
	results: join(projectFolder, 'bench', 'results.json'),
	charts: join(projectFolder, 'docs', 'images'),
};

/** Of runs that are not the whole benchmark. */
export const localFiles: ResultFiles = {
	results: join(localFolder, 'bench', 'results.json'),
	charts: join(localFolder, 'bench'),
};

/** More digits than any of the figures is good for. */
const DIGITS = 6;

export async function writeResults(
	results: Results,
	charts: ReadonlyMap<string, string>,
	files: ResultFiles,
): Promise<void> {
	const round = (_name: string, value: unknown) =>
		typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value;
	for (const folder of [dirname(files.results), files.charts]) {
		await mkdir(folder, { recursive: true });
	}
	await writeFile(files.results, `${JSON.stringify(results, round, '\t')}\n`);
	for (const [name, chart] of charts) await writeFile(join(files.charts, name), chart);
}

export async function readResults(files: ResultFiles): Promise<Results> {
	return JSON.parse(await readFile(files.results, 'utf8')) as Results;
}
