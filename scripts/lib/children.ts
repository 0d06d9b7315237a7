import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();
const stopSignals = new WeakMap<ChildProcess, NodeJS.Signals>();

export interface ChildOptions extends SpawnOptions {
	/** The signal that asks it to end; SIGTERM unless told. */
	stopSignal?: NodeJS.Signals;
}

/**
 * Starts a child process in a group of its own: Ctrl-C reaches only us, and we end the children
 * in order, together with what they started.
 */
export function startChild(
	command: string,
	args: readonly string[],
	{ stopSignal = 'SIGTERM', ...options }: ChildOptions = {},
): ChildProcess {
	const child = spawn(command, args, { ...options, detached: true });
	running.add(child);
	stopSignals.set(child, stopSignal);
	child.once('exit', () => running.delete(child));
	child.once('error', () => running.delete(child));
	return child;
}

/**
 * Runs a child to its end.
 * @returns its exit code and what it wrote to both streams
 */
export async function runChild(
	command: string,
	args: readonly string[],
	options: SpawnOptions = {},
): Promise<{ code: number | null; output: string }> {
	const child = startChild(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
	}
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, output };
}

/** Asks the child to end, and after `patienceMs` ends it. */
export async function stopChild(child: ChildProcess, patienceMs = 5_000): Promise<void> {
	if (hasEnded(child)) return;
	const ended = once(child, 'exit');
	child.kill(stopSignals.get(child));
	const timer = setTimeout(() => killGroup(child), patienceMs);
	await ended;
	clearTimeout(timer);
	// Whatever the child itself had started and left behind.
	killGroup(child);
}

/** Ends the child as a crash does, and then what it has left behind. */
export async function killChild(child: ChildProcess): Promise<void> {
	if (hasEnded(child)) return;
	const ended = once(child, 'exit');
	child.kill('SIGKILL');
	await ended;
	killGroup(child);
}

export async function stopAllChildren(): Promise<void> {
	await Promise.all([...running].map((child) => stopChild(child)));
}

/** Ends every child at once, without asking. */
export function killAllChildren(): void {
	for (const child of running) killGroup(child);
}

export function hasEnded(child: ChildProcess): boolean {
	return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function killGroup(child: ChildProcess): void {
	if (child.pid === undefined) return;
	try {
		process.kill(-child.pid, 'SIGKILL');
	} catch {
		// nobody is left in the group
	}
}
