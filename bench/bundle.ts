import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles a program that imports the node's sources, as they are bundled for n8n: Node.js alone cannot
 * load them.
 *
 * @param keepNames of functions and classes, for what is asked for by its name; it costs time
 * @returns where the bundle is
 */
export async function bundle(
	entryPoint: string,
	outfile: string,
	keepNames = false,
): Promise<string> {
	await mkdir(dirname(outfile), { recursive: true });
	await build({
		entryPoints: [entryPoint],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node22',
		mainFields: ['module', 'main'],
		loader: { '.lua': 'text' },
		// They want to be loaded as they are.
		external: ['n8n-core', 'n8n-workflow', '@n8n/*', 'reflect-metadata'],
		define: { 'import.meta.dirname': '__dirname' },
		keepNames,
		logLevel: 'warning',
	});
	return outfile;
}
