import { distFolder } from '../paths.ts';
import { bundle, readAssets } from './bundle.ts';
import { collectLicences } from './licences.ts';
import { syncFolder } from './syncFolder.ts';

/**
 * Makes dist/ anew: the bundles, icons and codex files, and the licences of what is bundled.
 * @returns size of each file in bytes, by path within dist/
 */
export async function buildPackage(): Promise<Map<string, number>> {
	const { files, metafile } = await bundle();
	const licences = new TextEncoder().encode(await collectLicences(metafile));
	const all = new Map([...files, ...(await readAssets()), ['THIRD_PARTY_LICENSES.txt', licences]]);
	await syncFolder(distFolder, all);
	return new Map([...all].map(([path, content]) => [path, content.byteLength]));
}
