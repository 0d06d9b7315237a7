import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Error code of a failed system call, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
	// Not `instanceof Error`: in jest, Node's own errors are of another realm.
	const isObject = typeof error === 'object' && error !== null;
	return isObject && 'code' in error ? String(error.code) : undefined;
}

/** SHA-256 in hexadecimal. */
export function hashOf(content: string | Uint8Array): string {
	return createHash('sha256').update(content).digest('hex');
}

/** Hash of the names and contents of files, whatever the order in which they are given. */
export async function hashOfFiles(folder: string, paths: readonly string[]): Promise<string> {
	const lines = await Promise.all(
		[...paths].sort().map(async (path) => `${hashOf(await readFile(join(folder, path)))} ${path}`),
	);
	return hashOf(lines.join('\n'));
}

/** The file's text, or undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return undefined;
		throw error;
	}
}

/** Writes beside the file and renames, so that a reader sees the old content or the new. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
	const draft = `${path}.${process.pid}.new`;
	await writeFile(draft, content);
	await rename(draft, path);
}
