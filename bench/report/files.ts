import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localFolder, projectFolder } from '../../scripts/paths.ts';
import type { Results } from './Results.ts';

export interface ResultFiles {
	results: string;
	chart: string;
}

/** What the repository shows. */
export const repositoryFiles: ResultFiles = {
	results: join(projectFolder, 'bench', 'results.json'),
	chart: join(projectFolder, 'docs', 'images', 'bench.svg'),
};

/** Of runs that are not the whole benchmark. */
export const localFiles: ResultFiles = {
	results: join(localFolder, 'bench', 'results.json'),
	chart: join(localFolder, 'bench', 'bench.svg'),
};

/** More digits than any of the figures is good for. */
const DIGITS = 6;

export async function writeResults(
	results: Results,
	chart: string,
	files: ResultFiles,
): Promise<void> {
	const round = (_name: string, value: unknown) =>
		typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value;
	for (const file of [files.results, files.chart]) {
		await mkdir(dirname(file), { recursive: true });
	}
	await writeFile(files.results, `${JSON.stringify(results, round, '\t')}\n`);
	await writeFile(files.chart, chart);
}

export async function readResults(files: ResultFiles): Promise<Results> {
	return JSON.parse(await readFile(files.results, 'utf8')) as Results;
}
