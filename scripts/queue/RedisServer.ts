import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { killChild, startChild } from '../lib/children.ts';
import { freePort } from '../lib/ports.ts';
import { temporaryFolder } from '../lib/temporaryFolder.ts';
import type { TemporaryFolder } from '../lib/temporaryFolder.ts';
import { findRedisServer } from './programs.ts';

/** A Redis of its own: a free port of 127.0.0.1, a folder that is deleted in the end. */
export class RedisServer {
	readonly port: number;
	private readonly folder: TemporaryFolder;
	private readonly options: readonly string[];
	private process: ChildProcess | undefined;

	private constructor(port: number, folder: TemporaryFolder, options: readonly string[]) {
		this.port = port;
		this.folder = folder;
		this.options = options;
	}

	/** @param options more of redis-server's command line, for example `--requirepass` and one */
	static async start(...options: string[]): Promise<RedisServer> {
		const folder = await temporaryFolder('redis');
		const server = new RedisServer(await freePort(), folder, options);
		await server.start();
		return server;
	}

	/** Starts it again, with the same port; without its data, unless the options save it. */
	async start(): Promise<void> {
		const process = startChild(
			findRedisServer(),
			[
				...['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.folder.path],
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
		if (process) await killChild(process);
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
		await this.folder.remove();
	}
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
