import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../../../scripts/paths.ts';

/** Folders that are installed, built or written by programs. */
const NOT_OURS = new Set(['node_modules', '.git', '.n8n', 'dist', 'coverage']);

/** Paths of all files, from the project's folder. */
export async function listFiles(): Promise<Set<string>> {
	const files = new Set<string>();
	const found = glob(['*', '.*', '*/**', '.*/**'], {
		cwd: projectFolder,
		withFileTypes: true,
		exclude: ({ name }) => NOT_OURS.has(name),
	});
	for await (const entry of found) {
		if (!entry.isFile()) continue;
		files.add(join(entry.parentPath, entry.name).slice(projectFolder.length + 1));
	}
	return files;
}

/** Texts of the files whose path ends with one of these, by path. */
export async function readFiles(...endings: string[]): Promise<Map<string, string>> {
	const paths = [...(await listFiles())].filter((path) =>
		endings.some((ending) => path.endsWith(ending)),
	);
	return new Map(
		await Promise.all(
			paths.map(async (path) => [path, await readFile(join(projectFolder, path), 'utf8')] as const),
		),
	);
}
