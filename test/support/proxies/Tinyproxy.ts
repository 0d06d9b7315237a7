import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/lib/ports.ts';
import { startProgram, stopProgram } from './programs.ts';
import type { LoggedRequest, RealProxy, RealProxyOptions } from './RealProxy.ts';

/** Tinyproxy forwards one request a connection, which it then closes, and tunnels. */
export class Tinyproxy implements RealProxy {
	readonly url: string;
	private readonly folder: string;
	private readonly process: ChildProcess;

	static async start({ login }: RealProxyOptions = {}): Promise<Tinyproxy> {
		const folder = await mkdtemp(join(tmpdir(), 'tinyproxy-'));
		const port = await freePort();
		const lines = [
			`Port ${port}`,
			...['Listen 127.0.0.1', 'Timeout 60', 'MaxClients 100', 'LogLevel Connect'],
			`LogFile "${folder}/log"`,
			...(login ? [`BasicAuth ${login.user} ${login.password}`] : []),
		];
		await writeFile(join(folder, 'tinyproxy.conf'), `${lines.join('\n')}\n`);
		const args = ['-d', '-c', join(folder, 'tinyproxy.conf')];
		return new Tinyproxy(folder, port, await startProgram('tinyproxy', args, [port]));
	}

	private constructor(folder: string, port: number, process: ChildProcess) {
		this.url = `http://127.0.0.1:${port}`;
		this.folder = folder;
		this.process = process;
	}

	async stop(): Promise<void> {
		await stopProgram(this.process);
	}

	async log(): Promise<LoggedRequest[]> {
		const text = await readFile(join(this.folder, 'log'), 'utf8');
		// It serves each connection once, so that a request's place tells its connection.
		return [...text.matchAll(/Request \(file descriptor \d+\): (\S+) (\S+) HTTP/g)].map(
			([, method = '', target = ''], index) => ({ method, target, connection: String(index) }),
		);
	}

	async close(): Promise<void> {
		await this.stop();
		await rm(this.folder, { recursive: true, force: true });
	}
}
