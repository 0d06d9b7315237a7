import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../../../scripts/lib/ports.ts';
import { readCertificate } from '../certificates.ts';
import { startProgram, stopProgram } from '../proxies/programs.ts';

/** A server of others that speaks HTTP/2 and hands requests to a backend over HTTP/1.1. */
export class Frontend {
	readonly origin: string;
	private readonly folder: string;
	private readonly process: ChildProcess;

	/**
	 * @param backend its origin
	 * @param lines of the server's configuration (`server`), and of the proxied location (`location`)
	 */
	static async nginx(
		backend: string,
		lines: { readonly server?: readonly string[]; readonly location?: readonly string[] } = {},
	): Promise<Frontend> {
		const { folder, port } = await prepare('nginx');
		const { server = [], location = [] } = lines;
		const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
			(name) => `${name}_temp_path ${folder}/${name};`,
		);
		const configuration = [
			...['daemon off;', 'worker_processes 1;', `pid ${folder}/pid;`],
			// A worker ends that long after it was told to, whatever its clients do.
			'worker_shutdown_timeout 5s;',
			`error_log ${folder}/error.log;`,
			'events { worker_connections 512; }',
			'http {',
			...['access_log off;', ...temporary],
			'limit_req_zone $server_port zone=slow:1m rate=20r/s;',
			'server {',
			`listen 127.0.0.1:${port} ssl http2;`,
			...[`ssl_certificate ${folder}/cert.pem;`, `ssl_certificate_key ${folder}/key.pem;`],
			...server,
			'location / {',
			...[`proxy_pass ${backend};`, 'proxy_http_version 1.1;', 'proxy_buffering off;'],
			// Without it, nginx repeats a request itself where its connection to the backend is lost.
			'proxy_next_upstream off;',
			...location,
			'} } }',
		];
		await writeFile(join(folder, 'nginx.conf'), `${configuration.join('\n')}\n`);
		const args = ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
		return new Frontend(folder, port, await startProgram('nginx', args, [port]));
	}

	/** @param options of the command line */
	static async nghttpx(backend: string, options: readonly string[] = []): Promise<Frontend> {
		const { folder, port } = await prepare('nghttpx');
		const { hostname, port: backendPort } = new URL(backend);
		const args = [
			...['--conf=/dev/null', '--workers=1', '--log-level=ERROR', '--no-ocsp'],
			...[`--frontend=127.0.0.1,${port}`, `--backend=${hostname},${backendPort}`],
			...[`--errorlog-file=${folder}/error.log`, '--accesslog-file=/dev/null'],
			...options,
			...[join(folder, 'key.pem'), join(folder, 'cert.pem')],
		];
		return new Frontend(folder, port, await startProgram('nghttpx', args, [port]));
	}

	private constructor(folder: string, port: number, process: ChildProcess) {
		this.origin = `https://127.0.0.1:${port}`;
		this.folder = folder;
		this.process = process;
	}

	/** Sends its first process a signal. */
	signal(signal: NodeJS.Signals): void {
		this.process.kill(signal);
	}

	/** Kills the process that serves, which its first process replaces. */
	async killWorker(): Promise<void> {
		const { pid = 0 } = this.process;
		const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
		for (const child of children.split(' ').filter(Boolean)) {
			process.kill(Number(child), 'SIGKILL');
		}
	}

	async close(): Promise<void> {
		await stopProgram(this.process);
		await rm(this.folder, { recursive: true, force: true });
	}
}

async function prepare(name: string): Promise<{ folder: string; port: number }> {
	const folder = await mkdtemp(join(tmpdir(), `${name}-`));
	// Started by root, its workers go on as another user.
	await chmod(folder, 0o777);
	const { cert, key } = readCertificate('localhost');
	await writeFile(join(folder, 'cert.pem'), cert);
	await writeFile(join(folder, 'key.pem'), key);
	return { folder, port: await freePort() };
}
