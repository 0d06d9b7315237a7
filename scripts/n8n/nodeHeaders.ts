import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { npm } from '../lib/npm.ts';
import { localFolder, projectFolder } from '../paths.ts';

const downloadFolder = join(localFolder, 'node-headers');

/**
 * A folder with `include/node`, which node-gyp needs to compile an addon. The npm packages that
 * carry the Node binary have it, so that nothing has to come from nodejs.org.
 */
export function findNodeHeaders(): string | undefined {
	const withNodePackage = join(projectFolder, 'node_modules', 'node', 'package.json');
	return headersBeside(withNodePackage) ?? headersBeside(join(downloadFolder, 'package.json'));
}

/** Gets that package from the npm registry. */
export async function downloadNodeHeaders(log: string): Promise<string | undefined> {
	await mkdir(downloadFolder, { recursive: true });
	await writeFile(join(downloadFolder, 'package.json'), '{"private":true}\n');
	const wanted = `${binaryPackage()}@${process.versions.node}`;
	await npm(['install', '--ignore-scripts', '--no-save', wanted], { folder: downloadFolder, log });
	return findNodeHeaders();
}

function headersBeside(packageFile: string): string | undefined {
	try {
		const found = createRequire(packageFile).resolve(`${binaryPackage()}/package.json`);
		return existsSync(join(dirname(found), 'include', 'node', 'node_api.h'))
			? dirname(found)
			: undefined;
	} catch {
		return undefined; // not installed
	}
}

/** Name of the npm package with Node's binary for this machine. */
function binaryPackage(): string {
	const { platform, arch } = process;
	const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
	return `${prefix}-${platform === 'win32' ? 'win' : platform}-${arch}`;
}
