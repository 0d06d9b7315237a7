import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from './lib/children.ts';
import { hashOfFiles } from './lib/files.ts';
import { withLock } from './lib/lock.ts';
import { npm } from './lib/npm.ts';
import { PlainError } from './lib/PlainError.ts';
import { localFolder, logFolder, projectFolder } from './paths.ts';

export interface PackedPackage {
	/** The tarball; its name contains the hash. */
	path: string;
	/** Of the names and contents of the packed files: the same for each pack of the same files. */
	hash: string;
	/** Paths within the package. */
	files: string[];
}

interface NpmPackReport {
	name: string;
	version: string;
	filename: string;
	files: { path: string }[];
}

const packFolder = join(localFolder, 'pack');

/** Builds the package and packs it as for publishing. Several processes may call it at once. */
export async function pack(): Promise<PackedPackage> {
	return await withLock(join(localFolder, 'locks', 'pack'), async () => {
		await build();
		await mkdir(packFolder, { recursive: true });
		const draft = await mkdtemp(join(packFolder, 'draft-'));
		try {
			const report = await npmPack(draft);
			const files = report.files.map(({ path }) => path);
			const hash = await hashOfFiles(projectFolder, files);
			const path = join(packFolder, `${report.name}-${report.version}-${hash.slice(0, 12)}.tgz`);
			await rename(join(draft, report.filename), path);
			return { path, hash, files };
		} finally {
			await rm(draft, { recursive: true });
		}
	});
}

/** In a process of its own, as by `npm run build`: jest changes the globals that esbuild needs. */
async function build(): Promise<void> {
	const { code, output } = await runChild(process.execPath, [
		join(projectFolder, 'scripts/build.ts'),
	]);
	if (code !== 0) throw new PlainError(`The package could not be built.\n${output}`);
}

async function npmPack(destination: string): Promise<NpmPackReport> {
	const output = await npm(
		['pack', '--json', '--ignore-scripts', '--pack-destination', destination],
		{ folder: projectFolder, log: join(logFolder, 'npm-pack.log') },
	);
	// One entry, whether npm gives a list or an object by package name.
	const [report] = Object.values(JSON.parse(output) as Record<string, NpmPackReport>);
	if (!report) throw new Error('npm pack reported no package');
	return report;
}
