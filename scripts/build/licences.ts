import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { PlainError } from '../lib/PlainError.ts';
import { projectFolder } from '../paths.ts';

interface Manifest {
	name: string;
	version: string;
	license?: string;
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
/** The package names the Mozilla Public License, and leaves out the text that its repository has. */
const RESVG_LICENCE = join(import.meta.dirname, 'resvg.LICENSE');
const RULE = '-'.repeat(80);

/**
 * The licences of all npm packages whose code is in the bundles, as one text.
 * @throws if one of them has no licence text
 */
export async function collectLicences(metafile: Metafile): Promise<string> {
	const sections = await Promise.all(bundledPackages(metafile).map(describeLicence));
	const heading =
		'This package contains code of the following npm packages, under their licences.\n';
	return [heading, ...sections].join(`\n${RULE}\n\n`);
}

/** Folders, from the project's, of the packages of which at least one byte is in a bundle. */
function bundledPackages(metafile: Metafile): string[] {
	const folders = new Set<string>();
	for (const { inputs } of Object.values(metafile.outputs)) {
		for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
			const folder = packageFolderOf(path);
			if (bytesInOutput > 0 && folder) folders.add(folder);
		}
	}
	return [...folders].sort();
}

/** `node_modules/a/node_modules/@b/c` of `node_modules/a/node_modules/@b/c/lib/index.js`. */
function packageFolderOf(path: string): string | undefined {
	return /^.*\bnode_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

async function describeLicence(packageFolder: string): Promise<string> {
	const folder = join(projectFolder, packageFolder);
	const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
	const names = (await readdir(folder)).filter((name) => LICENCE_FILE.test(name)).sort();
	const files = names.map((name) => join(folder, name));
	if (files.length === 0 && manifest.name === '@resvg/resvg-wasm') files.push(RESVG_LICENCE);
	if (files.length === 0) {
		throw new PlainError(
			`${manifest.name} ${manifest.version} is bundled but has no licence text in ${packageFolder}.`,
		);
	}
	const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
	const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
	return [title, ...texts.map((licence) => licence.trim())].join('\n\n') + '\n';
}
