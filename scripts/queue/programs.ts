import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PlainError } from '../lib/PlainError.ts';

/** Debian keeps the programs of each PostgreSQL version here, and few of them on the PATH. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** @throws PlainError that says how to install what is missing of Redis and PostgreSQL */
export function assertInstalled(): void {
	const missing = [
		...(redisServer() ? [] : ['redis-server']),
		...(postgresFolder() ? [] : ['postgresql']),
	];
	if (missing.length > 0) throw notInstalled(...missing);
}

/** @throws PlainError that says how to install Redis */
export function findRedisServer(): string {
	const path = redisServer();
	if (path) return path;
	throw notInstalled('redis-server');
}

/**
 * The folder that holds `initdb` and `postgres`, of the newest version that is installed.
 * @throws PlainError that says how to install PostgreSQL
 */
export function findPostgres(): string {
	const folder = postgresFolder();
	if (folder) return folder;
	throw notInstalled('postgresql');
}

/**
 * The user that PostgreSQL's own programs run as, since they refuse to run as root.
 * @returns nothing where this process is not root's
 */
export function postgresUser(): { uid: number; gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string) =>
		Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
	try {
		return { uid: id('-u'), gid: id('-g') };
	} catch (cause) {
		throw new PlainError(
			'PostgreSQL refuses to run as root, and there is no user "postgres" to run it as. ' +
				"Debian's package creates that user.",
			{ cause },
		);
	}
}

function redisServer(): string | undefined {
	return foldersOfPath()
		.map((folder) => join(folder, 'redis-server'))
		.find((path) => existsSync(path));
}

function postgresFolder(): string | undefined {
	const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
	const newestFirst = versions.sort((one, other) => Number(other) - Number(one));
	const folders = [
		...newestFirst.map((version) => join(DEBIAN_POSTGRES, version, 'bin')),
		...foldersOfPath(),
	];
	return folders.find((folder) =>
		['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
	);
}

/** @param names of Debian's packages */
function notInstalled(...names: string[]): PlainError {
	const packages = names.join(' ');
	return new PlainError(
		`${names.join(' and ')} must be installed. On Debian or Ubuntu:\n` +
			`  sudo apt-get install --no-install-recommends ${packages}\n` +
			'The services that Debian may start then are not needed: this project starts its own. To stop them, with systemd:\n' +
			`  sudo systemctl disable --now ${packages}`,
	);
}

function foldersOfPath(): string[] {
	return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}
