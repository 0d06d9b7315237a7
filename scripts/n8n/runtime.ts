import { existsSync } from 'node:fs';
import { access, mkdir, readFile, rm } from 'node:fs/promises';
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
	/** Where its user folders are. A version must not get the database of a later one. */
	instancesFolder: string;
}

const OLDEST_NODE = 24;
/** Names another version of n8n than the pinned one for all that follows, the tests included. */
export const VERSION_VARIABLE = 'N8N_TEST_VERSION';

/** What npm gets to install a version of n8n. */
interface Pin {
	version: string;
	/** Where it is installed. */
	folder: string;
	/** Contents by name: package.json, and what else npm reads beside it. */
	files: Record<string, string>;
	/** Folders of the packages to come, for the progress shown; undefined where nobody knows. */
	expected: string[] | undefined;
}

/**
 * Installs n8n unless it is there: the version that n8n-runtime/ pins into .n8n/runtime, or the one
 * that the environment variable `N8N_TEST_VERSION` names into .n8n/versions. Takes minutes the
 * first time, and again when the lock file has changed. Several processes may call it at once.
 */
export async function ensureRuntime(): Promise<N8nRuntime> {
	if (Number.parseInt(process.versions.node) < OLDEST_NODE) {
		throw new PlainError(
			`n8n needs Node ${OLDEST_NODE}, this is ${process.versions.node}. Start it by an npm ` +
				'script: those use the Node in node_modules, whatever the system has.',
		);
	}
	const pinned = await readPin();
	const other = process.env[VERSION_VARIABLE];
	const pin = !other || other === pinned.version ? pinned : pinOf(other);
	const { version, folder, files } = pin;
	const runtime: N8nRuntime = {
		folder,
		version,
		bin: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
		// Within its folder, or the node would find this project's n8n-workflow before n8n's own.
		instancesFolder: join(pin === pinned ? localFolder : folder, 'instances'),
	};
	/** Written last: what has no such stamp is half-finished. */
	const stampFile = join(folder, 'installed-lock.sha256');
	const lock = files['package-lock.json'] ?? files['package.json'];
	const wanted = hashOf(`${process.platform} ${process.arch} ${lock}`);
	const isInstalled = async () => (await readIfThere(stampFile)) === wanted;
	if (await isInstalled()) return runtime;

	const log = join(logFolder, `n8n-${version}-install.log`);
	const waiting = () =>
		process.stderr.write(`Waiting for another process that installs n8n (see ${log}) ...\n`);
	await withLock(
		join(localFolder, 'locks', `runtime-${version}`),
		async () => {
			if (await isInstalled()) return;
			await install(pin, log);
			await writeWhole(stampFile, wanted);
		},
		waiting,
	);
	return runtime;
}

/** The n8n of n8n-runtime/. */
async function readPin(): Promise<Pin> {
	const names = ['package.json', 'package-lock.json', '.npmrc'];
	const texts = names.map(async (name) => [
		name,
		await readFile(join(runtimePinFolder, name), 'utf8'),
	]);
	const files = Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
	const lock = JSON.parse(files['package-lock.json'] ?? '') as PackageLock;
	return {
		version: lock.packages['node_modules/n8n']?.version ?? 'unknown',
		folder: join(localFolder, 'runtime'),
		files,
		expected: packageFolders(lock),
	};
}

/** Any version, with what npm finds for it today. */
function pinOf(version: string): Pin {
	const manifest = {
		private: true,
		dependencies: { n8n: version },
		overrides: OVERRIDES,
		allowScripts: { sqlite3: true },
	};
	return {
		version,
		folder: join(localFolder, 'versions', version),
		files: { 'package.json': JSON.stringify(manifest) },
		expected: undefined,
	};
}

/** Packages that n8n before 2.36 takes from elsewhere than the npm registry. */
const OVERRIDES = { xlsx: '0.18.5' };

async function install({ folder, version, files, expected }: Pin, log: string): Promise<void> {
	if (existsSync(folder)) {
		process.stderr.write('Removing an n8n that is incomplete or of another version ...\n');
		// An npm that was killed may still be writing.
		await rm(folder, { recursive: true, maxRetries: 10 });
	}
	await rm(log, { force: true });
	await mkdir(folder, { recursive: true });
	for (const [name, content] of Object.entries(files))
		await writeWhole(join(folder, name), content);

	const options = { folder, log };
	const installing = showProgress(`Installing n8n ${version}, once`, async () => {
		if (!expected) return 'a few minutes';
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
		await buildSqlite(folder, log);
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
