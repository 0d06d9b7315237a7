import { createRequire } from 'node:module';
import { runChild } from '../../scripts/lib/children.ts';

/** @returns for example `3.8.4 on Python 3.11.2`; undefined where Python or aiohttp is missing */
export async function aiohttpVersion(): Promise<string | undefined> {
	const script =
		'import aiohttp, platform; print(aiohttp.__version__, "on Python", platform.python_version())';
	try {
		const { code, output } = await runChild('python3', ['-c', script]);
		return code === 0 ? output.trim() : undefined;
	} catch {
		return undefined; // no python3
	}
}

export function undiciVersion(): string {
	return (createRequire(import.meta.url)('undici/package.json') as { version: string }).version;
}
