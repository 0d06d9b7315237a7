import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { projectFolder } from '../paths.ts';
import { withIndex, withParameters } from './pages.ts';

/** The page with the index, from the project's folder. */
const INDEX_PAGE = 'docs/options.md';

/** In the order of the index. */
const REFERENCE_PAGES = [
	'options/requests.md',
	'options/sending.md',
	'options/output.md',
	'options/limits.md',
	'options/failures.md',
];

/** Every page of the documentation, by path from the project's folder. */
export async function readPages(): Promise<Map<string, string>> {
	const pages = new Map<string, string>();
	for await (const path of glob('docs/**/*.md', { cwd: projectFolder })) {
		pages.set(path, await readFile(join(projectFolder, path), 'utf8'));
	}
	return pages;
}

/** The pages as they should be: everything that follows from the node's description is regenerated. */
export function upToDate(
	pages: ReadonlyMap<string, string>,
	properties: INodeProperties[],
): Map<string, string> {
	const made = new Map([...pages].map(([path, page]) => [path, withParameters(page, properties)]));
	const listed = new Map(REFERENCE_PAGES.map((path) => [path, made.get(`docs/${path}`) ?? '']));
	return made.set(INDEX_PAGE, withIndex(made.get(INDEX_PAGE) ?? '', listed));
}
