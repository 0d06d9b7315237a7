import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where Debian puts servers, which is not on everybody's PATH. */
const SYSTEM_FOLDERS = '/usr/sbin:/sbin';

/** @throws if the program is not installed */
export function findProgram(name: string): string {
	const PATH = `${process.env.PATH ?? ''}:${SYSTEM_FOLDERS}`;
	try {
		const env = { ...process.env, PATH };
		return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8', env }).trim();
	} catch (cause) {
		throw new Error(`These tests need ${name} (Debian: apt install ${name})`, { cause });
	}
}

/** Starts a server, and waits until all its ports of 127.0.0.1 take connections. */
export async function startProgram(
	name: string,
	args: readonly string[],
	ports: readonly number[],
): Promise<ChildProcess> {
	const child = spawn(findProgram(name), args, { stdio: ['ignore', 'ignore', 'pipe'] });
	let complaint = '';
	child.stderr?.on('data', (text: Buffer) => (complaint += text.toString()));
	for (const port of ports) {
		while (!(await listens(port))) {
			if (hasEnded(child)) throw new Error(`${name} ended: ${complaint}`);
			await sleep(20);
		}
	}
	return child;
}

/**
 * Ends it in its own way, so that it writes its log to the end. Tinyproxy misses a signal that arrives just
 * before it waits for connections (2 of 320 times directly after its start), so it is sent again.
 */
export async function stopProgram(
	child: ChildProcess,
	signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
	if (hasEnded(child)) return;
	const exit = once(child, 'exit');
	const kill = () => child.kill(signal);
	const again = setInterval(kill, 1000);
	kill();
	await exit;
	clearInterval(again);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
	return exitCode !== null || signalCode !== null;
}

async function listens(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
