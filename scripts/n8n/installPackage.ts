import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeWhole } from '../lib/files.ts';
import { npm } from '../lib/npm.ts';
import type { PackedPackage } from '../pack.ts';

/**
 * Installs the packed package into n8n's folder for community packages, with npm, as n8n's
 * manual describes for an installation by hand; does nothing if the same content is there.
 * @param n8nFolder the `.n8n` within the user folder
 */
export async function installPackage(
	n8nFolder: string,
	{ path, hash }: PackedPackage,
	log: string,
): Promise<void> {
	const folder = join(n8nFolder, 'nodes');
	const stamp = join(folder, 'installed-package.sha256');
	if ((await readIfThere(stamp)) === hash) return;
	await mkdir(folder, { recursive: true });
	// n8n writes the same; without one, npm would install into a folder above.
	const manifest = { name: 'installed-nodes', private: true, dependencies: {} };
	await writeWhole(join(folder, 'package.json'), JSON.stringify(manifest));
	// The peer, n8n-workflow, is handed to the node by n8n.
	const options = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
	await npm(['install', ...options, path], { folder, log });
	await writeWhole(stamp, hash);
}

/**
 * Removes all community packages.
 * @param n8nFolder the `.n8n` within the user folder
 */
export async function removePackages(n8nFolder: string): Promise<void> {
	await rm(join(n8nFolder, 'nodes'), { recursive: true, force: true });
}
