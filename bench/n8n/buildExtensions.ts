import { glob, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const sources = join(import.meta.dirname, 'extensions');

export interface Extensions {
	/** For `N8N_CUSTOM_EXTENSIONS`. */
	nodes: string;
	/** For `EXTERNAL_HOOK_FILES`. */
	hooks: string;
}

/** Makes of the TypeScript in `extensions/` what n8n loads. */
export async function buildExtensions(folder: string): Promise<Extensions> {
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const entryPoints: string[] = [];
	for await (const file of glob(['*.node.ts', 'hooks.ts'], { cwd: sources })) {
		entryPoints.push(join(sources, file));
	}
	await build({
		entryPoints,
		outdir: folder,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node24',
		keepNames: true,
		logLevel: 'warning',
	});
	return { nodes: folder, hooks: join(folder, 'hooks.js') };
}
