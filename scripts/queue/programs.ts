import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PlainError } from '../lib/PlainError.ts';

/** Debian keeps the programs of each PostgreSQL version here, and few of them on the PATH. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** @throws PlainError that says how to install Redis */
export function findRedisServer(): string {
	const path = findOnPath('redis-server');
	if (path) return path;
	throw new PlainError(`redis-server is not installed. ${howToInstall('redis-server')}`);
}

/**
 * The folder that holds `initdb` and `postgres`, of the newest version that is installed.
 * @throws PlainError that says how to install PostgreSQL
 */
export function findPostgres(): string {
	const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
	const folders = [
		...versions
			.sort((one, other) => Number(other) - Number(one))
			.map((version) => join(DEBIAN_POSTGRES, version, 'bin')),
		...foldersOfPath(),
	];
	const folder = folders.find((each) =>
		['initdb', 'postgres'].every((program) => existsSync(join(each, program))),
	);
	if (folder) return folder;
	throw new PlainError(`PostgreSQL is not installed. ${howToInstall('postgresql')}`);
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

function howToInstall(name: string): string {
	// The variable keeps Debian from starting the service: this project starts its own.
	return (
		`On Debian or Ubuntu:\n` +
		`  sudo RUNLEVEL=1 apt-get install --no-install-recommends ${name}\n` +
		'The service that Debian would start is not needed.'
	);
}

function findOnPath(program: string): string | undefined {
	return foldersOfPath()
		.map((folder) => join(folder, program))
		.find((path) => existsSync(path));
}

function foldersOfPath(): string[] {
	return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}
