import { glob, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWhole } from '../lib/files.ts';

/**
 * Makes the folder hold exactly these files. A file that is right already is not touched, so
 * that a build that changes nothing disturbs nobody who reads the folder at that moment.
 * @param files contents by path within the folder
 */
export async function syncFolder(folder: string, files: Map<string, Uint8Array>): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const [path, content] of files) {
		const target = join(folder, path);
		if (await holds(target, content)) continue;
		await mkdir(dirname(target), { recursive: true });
		await writeWhole(target, content);
	}
	const wanted = new Set([...files.keys()].flatMap(withParents));
	for await (const path of glob('**', { cwd: folder })) {
		if (path !== '.' && !wanted.has(path)) {
			await rm(join(folder, path), { recursive: true, force: true });
		}
	}
}

async function holds(path: string, content: Uint8Array): Promise<boolean> {
	const present = await readFile(path).catch(() => undefined);
	return present?.equals(content) ?? false;
}

/** `a/b/c`, `a/b` and `a` of `a/b/c`. */
function withParents(path: string): string[] {
	const parts = path.split('/');
	return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
