import { existsSync } from 'node:fs';
import { access, copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, readIfThere, writeWhole } from '../lib/files.ts';
import { withLock } from '../lib/lock.ts';
import { PlainError } from '../lib/PlainError.ts';
import { npm } from '../lib/npm.ts';
import { showProgress } from '../lib/progress.ts';
import { localFolder, logFolder, runtimePinFolder } from '../paths.ts';
import { packageFolders } from './lockedPackages.ts';
import type { PackageLock } from './lockedPackages.ts';
import { buildSqlite } from './sqlite.ts';

export interface N8nRuntime {
	/** Folder with the node_modules that hold n8n. */
	folder: string;
	version: string;
	/** n8n's command, to be run with this process's Node. */
	bin: string;
}

const OLDEST_NODE = 24;
const runtimeFolder = join(localFolder, 'runtime');
/** Written last, with the hash of the lock file: what has no such stamp is half-finished. */
const stampFile = join(runtimeFolder, 'installed-lock.sha256');
const installLog = join(logFolder, 'n8n-install.log');

/**
 * Installs the n8n that n8n-runtime/ pins into .n8n/runtime, unless it is there. Takes minutes
 * the first time and again when the lock file has changed. Several processes may call it at once.
 */
export async function ensureRuntime(): Promise<N8nRuntime> {
	if (Number.parseInt(process.versions.node) < OLDEST_NODE) {
		throw new PlainError(
			`n8n needs Node ${OLDEST_NODE}, this is ${process.versions.node}. Start it by an npm ` +
				'script: those use the Node in node_modules, whatever the system has.',
		);
	}
	const lockText = await readFile(join(runtimePinFolder, 'package-lock.json'), 'utf8');
	const lock = JSON.parse(lockText) as PackageLock;
	const runtime: N8nRuntime = {
		folder: runtimeFolder,
		version: lock.packages['node_modules/n8n']?.version ?? 'unknown',
		bin: join(runtimeFolder, 'node_modules', 'n8n', 'bin', 'n8n'),
	};
	const wanted = hashOf(`${process.platform} ${process.arch} ${lockText}`);
	const isInstalled = async () => (await readIfThere(stampFile)) === wanted;
	if (await isInstalled()) return runtime;

	const waiting = () =>
		process.stderr.write(`Waiting for another process that installs n8n (see ${installLog}) ...\n`);
	await withLock(
		join(localFolder, 'locks', 'runtime'),
		async () => {
			if (await isInstalled()) return;
			await install(runtime, packageFolders(lock));
			await writeWhole(stampFile, wanted);
		},
		waiting,
	);
	return runtime;
}

/** @param expected folders of the packages to come, for the progress shown */
async function install(runtime: N8nRuntime, expected: string[]): Promise<void> {
	const { folder, version } = runtime;
	if (existsSync(folder)) {
		process.stderr.write('Removing an n8n that is incomplete or of another version ...\n');
		await rm(folder, { recursive: true });
	}
	await rm(installLog, { force: true });
	await mkdir(folder, { recursive: true });
	for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
		await copyFile(join(runtimePinFolder, file), join(folder, file));
	}

	const options = { folder, log: installLog };
	const installing = showProgress(`Installing n8n ${version}, once`, async () => {
		const count = await countInstalled(folder, expected);
		return `${format(count)} of about ${format(expected.length)} packages`;
	});
	try {
		// Not one package's script is needed for n8n on SQLite, save sqlite3's; some of the others
		// fail where GitHub cannot be reached.
		await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund'], options);
		installing.done(`Installed n8n ${version}`);
	} finally {
		installing.stop();
	}

	const building = showProgress('Getting sqlite3, prebuilt or compiled', () =>
		Promise.resolve('a minute or two'),
	);
	try {
		await buildSqlite(folder, installLog);
		building.done('sqlite3 is ready');
	} finally {
		building.stop();
	}
}

async function countInstalled(folder: string, expected: string[]): Promise<number> {
	const found = await Promise.all(
		expected.map((path) =>
			access(join(folder, path, 'package.json')).then(
				() => true,
				() => false,
			),
		),
	);
	return found.filter(Boolean).length;
}

function format(count: number): string {
	return count.toLocaleString('en');
}
