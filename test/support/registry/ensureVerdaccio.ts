import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, readIfThere, writeWhole } from '../../../scripts/lib/files.ts';
import { withLock } from '../../../scripts/lib/lock.ts';
import { npm } from '../../../scripts/lib/npm.ts';
import { localFolder, logFolder, registryPinFolder } from '../../../scripts/paths.ts';

const folder = join(localFolder, 'registry');
const stampFile = join(folder, 'installed-lock.sha256');

/**
 * Installs the Verdaccio that registry-runtime/ pins into .n8n/registry, unless it is there: 320
 * packages, 65 MB, about 15 s.
 * @returns path of Verdaccio's command
 */
export async function ensureVerdaccio(): Promise<string> {
	const wanted = hashOf(await readFile(join(registryPinFolder, 'package-lock.json')));
	await withLock(join(localFolder, 'locks', 'registry'), async () => {
		if ((await readIfThere(stampFile)) === wanted) return;
		await rm(folder, { recursive: true, force: true });
		await mkdir(folder, { recursive: true });
		for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
			await copyFile(join(registryPinFolder, file), join(folder, file));
		}
		await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
			folder,
			log: join(logFolder, 'registry-install.log'),
		});
		await writeWhole(stampFile, wanted);
	});
	return join(folder, 'node_modules', 'verdaccio', 'bin', 'verdaccio');
}
