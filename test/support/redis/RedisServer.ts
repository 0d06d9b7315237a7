import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Redis of the test's own: a free port of 127.0.0.1, a folder that is deleted in the end. */
export class RedisServer {
	readonly port: number;
	private readonly folder: string;
	private readonly options: readonly string[];
	private process: ChildProcess | undefined;

	private constructor(port: number, folder: string, options: readonly string[]) {
		this.port = port;
		this.folder = folder;
		this.options = options;
	}

	/** @param options more of redis-server's command line, for example `--requirepass` and one */
	static async start(...options: string[]): Promise<RedisServer> {
		const folder = await mkdtemp(join(tmpdir(), 'redis-'));
		const server = new RedisServer(await freePort(), folder, options);
		await server.start();
		return server;
	}

	/** Starts it again, with the same port; without its data, since nothing is saved. */
	async start(): Promise<void> {
		const process = spawn(
			findRedisServer(),
			[
				...['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.folder],
				...['--save', '', '--appendonly', 'no', '--daemonize', 'no', ...this.options],
			],
			{ stdio: 'ignore' },
		);
		this.process = process;
		while (!(await responds(this.port))) {
			if (process.exitCode !== null) throw new Error(`redis-server ended: ${process.exitCode}`);
			await sleep(10);
		}
	}

	/** Ends it, at once. */
	async stop(): Promise<void> {
		const process = this.process;
		this.process = undefined;
		if (process?.exitCode !== null) return;
		const exit = once(process, 'exit');
		process.kill('SIGKILL');
		await exit;
	}

	/** Holds it still, as a network does that swallows everything; `resume` lets it go on. */
	pause(): void {
		this.process?.kill('SIGSTOP');
	}

	resume(): void {
		this.process?.kill('SIGCONT');
	}

	async close(): Promise<void> {
		await this.stop();
		await rm(this.folder, { recursive: true, force: true });
	}
}

function findRedisServer(): string {
	try {
		return execFileSync('sh', ['-c', 'command -v redis-server'], { encoding: 'utf8' }).trim();
	} catch (cause) {
		throw new Error(
			'These tests need redis-server on the PATH (Debian: apt install redis-server)',
			{
				cause,
			},
		);
	}
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

async function responds(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		socket.write('PING\r\n');
		const [reply] = (await once(socket, 'data')) as [Buffer];
		// With a password it is NOAUTH; while it loads, LOADING.
		return /^(\+PONG|-NOAUTH)/.test(reply.toString());
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
