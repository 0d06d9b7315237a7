import { glob, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import type { Loader, Metafile } from 'esbuild';
import { assertLoads } from './assertLoads.ts';
import { PlainError } from '../lib/PlainError.ts';
import { CHART_RENDERER, ENTRY_POINTS } from './sources.ts';
import { distFolder, projectFolder } from '../paths.ts';

/** The only package that n8n itself hands to a node. */
export const PROVIDED_BY_N8N = 'n8n-workflow';

export interface Bundles {
	/** Contents by path within dist/. */
	files: Map<string, Uint8Array>;
	/** What esbuild read and wrote. */
	metafile: Metafile;
}

/** How files that are no code are bundled. */
export const LOADERS: Record<string, Loader> = {
	'.lua': 'text',
	'.woff2': 'binary',
};

/** What n8n loads; the rest is a program of its own. */
const LOADED_BY_N8N = /\.(node|credentials)\.js$/;

/** Bundles every node, every credential and the command to one CommonJS file each. */
export async function bundle(): Promise<Bundles> {
	const { outputFiles, metafile } = await build({
		absWorkingDir: projectFolder,
		entryPoints: await find(...ENTRY_POINTS),
		outdir: distFolder,
		outbase: projectFolder,
		bundle: true,
		write: false,
		metafile: true,
		platform: 'node',
		format: 'cjs',
		target: 'node22',
		// Some packages (jsonc-parser) have a `main` whose requires cannot be seen.
		mainFields: ['module', 'main'],
		external: [PROVIDED_BY_N8N],
		loader: LOADERS,
		alias: {
			'node:assert': join(import.meta.dirname, 'quickAssert.cjs'),
			boolbase: join(import.meta.dirname, 'boolbase.cjs'),
		},
		// They are collected from the packages themselves (licences.ts).
		legalComments: 'none',
		logLevel: 'warning',
	});
	assertSelfContained(metafile);
	for (const { path, text } of outputFiles) {
		if (LOADED_BY_N8N.test(path)) assertLoads(path, text);
	}
	return {
		files: new Map(outputFiles.map(({ path, contents }) => [relative(distFolder, path), contents])),
		metafile,
	};
}

/** Icons and codex files, which n8n looks for beside the bundles, and the chart's renderer. */
export async function readAssets(): Promise<Map<string, Uint8Array>> {
	const icons = await find('{nodes,credentials}/**/*.svg', 'nodes/**/*.node.json');
	const assets = [...icons.map((path) => ({ from: path, to: path })), CHART_RENDERER];
	const read = async ({ from, to }: (typeof assets)[number]) =>
		[to, await readFile(join(projectFolder, from))] as const;
	return new Map(await Promise.all(assets.map(read)));
}

/** @throws if a bundle loads anything that is not there once n8n has installed the package */
function assertSelfContained(metafile: Metafile): void {
	for (const [output, { imports }] of Object.entries(metafile.outputs)) {
		for (const { path, external } of imports) {
			if (!external || path === PROVIDED_BY_N8N || isBuiltin(path)) continue;
			throw new PlainError(
				`${output} loads "${path}", which is not bundled: users install the package without dependencies.`,
			);
		}
	}
}

/** Paths from the project's folder. */
async function find(...patterns: string[]): Promise<string[]> {
	const found: string[] = [];
	for await (const path of glob(patterns, { cwd: projectFolder })) found.push(path);
	return found.sort();
}
