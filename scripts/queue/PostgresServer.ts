import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { hasEnded, runChild, startChild, stopChild } from '../lib/children.ts';
import { PlainError } from '../lib/PlainError.ts';
import { freePort } from '../lib/ports.ts';
import { temporaryFolder } from '../lib/temporaryFolder.ts';
import type { TemporaryFolder } from '../lib/temporaryFolder.ts';
import type { Environment } from '../n8n/environment.ts';
import { findPostgres, postgresUser } from './programs.ts';

const USER = 'n8n';
const DATABASE = 'postgres';
const POLL_MS = 50;
const START_PATIENCE_MS = 60_000;

/** A PostgreSQL of its own: a free port of 127.0.0.1, an empty database, a folder that is deleted in the end. */
export class PostgresServer {
	readonly port: number;
	private readonly folder: TemporaryFolder;
	private readonly server: ChildProcess;

	private constructor(port: number, folder: TemporaryFolder, server: ChildProcess) {
		this.port = port;
		this.folder = folder;
		this.server = server;
	}

	static async start(): Promise<PostgresServer> {
		const programs = findPostgres();
		const user = postgresUser();
		// Not in the project's folder, which PostgreSQL's user may be unable to enter.
		const folder = await temporaryFolder('postgres');
		if (user) await chown(folder.path, user.uid, user.gid);
		const options = { ...user, cwd: folder.path };
		const data = join(folder.path, 'data');
		const init = [`--pgdata=${data}`, `--username=${USER}`, '--auth=trust'];
		const { code, output } = await runChild(
			join(programs, 'initdb'),
			[...init, '--encoding=UTF8', '--locale=C', '--no-sync'],
			options,
		);
		if (code !== 0) throw new PlainError(`initdb failed:\n${output}`);
		const port = await freePort();
		const settings = {
			listen_addresses: '127.0.0.1',
			port: String(port),
			unix_socket_directories: '',
			// Its data is gone after a crash of the machine anyway.
			fsync: 'off',
			max_connections: '200',
		};
		const server = startChild(
			join(programs, 'postgres'),
			[
				'-D',
				data,
				...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
			],
			// SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait until all clients are gone.
			{ ...options, stdio: 'ignore', stopSignal: 'SIGINT' },
		);
		await untilReady(join(programs, 'pg_isready'), port, server);
		return new PostgresServer(port, folder, server);
	}

	/** What n8n must know to use it. */
	get environment(): Environment {
		return {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(this.port),
			DB_POSTGRESDB_DATABASE: DATABASE,
			DB_POSTGRESDB_USER: USER,
			DB_POSTGRESDB_PASSWORD: '',
		};
	}

	/** Ends it and deletes its data. */
	async close(): Promise<void> {
		await stopChild(this.server);
		await this.folder.remove();
	}
}

async function untilReady(program: string, port: number, server: ChildProcess): Promise<void> {
	const deadline = Date.now() + START_PATIENCE_MS;
	while (Date.now() < deadline) {
		if (hasEnded(server))
			throw new PlainError(`PostgreSQL ended while starting: ${server.exitCode}`);
		const { code } = await runChild(program, ['--quiet', '--host=127.0.0.1', `--port=${port}`]);
		if (code === 0) return;
		await sleep(POLL_MS);
	}
	throw new PlainError(`PostgreSQL was not ready after ${START_PATIENCE_MS / 1000} s`);
}
