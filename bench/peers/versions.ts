import { createRequire } from 'node:module';
import { runChild } from '../../scripts/lib/children.ts';

/** The first on the PATH, then Debian's own, which has Debian's python3-aiohttp. */
const PYTHONS = ['python3', '/usr/bin/python3'];

export interface Aiohttp {
	python: string;
	/** For example `3.8.4 on Python 3.11.2`. */
	version: string;
}

/** @returns undefined where Python or aiohttp is missing */
export async function findAiohttp(): Promise<Aiohttp | undefined> {
	for (const python of PYTHONS) {
		const version = await aiohttpVersion(python);
		if (version !== undefined) return { python, version };
	}
	return undefined;
}

async function aiohttpVersion(python: string): Promise<string | undefined> {
	const script =
		'import aiohttp, platform; print(aiohttp.__version__, "on Python", platform.python_version())';
	try {
		const { code, output } = await runChild(python, ['-c', script]);
		return code === 0 ? output.trim() : undefined;
	} catch {
		return undefined; // no python3
	}
}

export function undiciVersion(): string {
	return (createRequire(import.meta.url)('undici/package.json') as { version: string }).version;
}
