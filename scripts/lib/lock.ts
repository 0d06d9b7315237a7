import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './files.ts';

const POLL_MS = 200;
const HEARTBEAT_MS = 5_000;
/** A holder that has not shown itself for so long is gone, even if its process id lives on. */
const SILENCE_MS = 60_000;

/**
 * Runs the action while holding a lock directory, so that several processes (jest workers) do
 * not do it at once. A lock whose process has ended is taken over.
 * @param onWait called once if another process holds the lock
 */
export async function withLock<T>(
	path: string,
	action: () => Promise<T>,
	onWait?: () => void,
): Promise<T> {
	await mkdir(dirname(path), { recursive: true });
	let waited = false;
	while (!(await tryToLock(path))) {
		if (await isAbandoned(path)) {
			await removeAbandoned(path);
			continue;
		}
		if (!waited) onWait?.();
		waited = true;
		await sleep(POLL_MS);
	}
	const heartbeat = setInterval(() => {
		const now = new Date();
		utimes(path, now, now).catch(() => {}); // the lock was taken away: nothing to keep alive
	}, HEARTBEAT_MS);
	try {
		return await action();
	} finally {
		clearInterval(heartbeat);
		await rm(path, { recursive: true, force: true });
	}
}

async function tryToLock(path: string): Promise<boolean> {
	try {
		await mkdir(path);
	} catch (error) {
		if (errorCode(error) === 'EEXIST') return false;
		throw error;
	}
	await writeFile(join(path, 'pid'), String(process.pid));
	return true;
}

async function isAbandoned(path: string): Promise<boolean> {
	try {
		const { mtimeMs } = await stat(path);
		if (Date.now() - mtimeMs > SILENCE_MS) return true;
		const pid = Number(await readFile(join(path, 'pid'), 'utf8'));
		return pid > 0 && !isAlive(pid);
	} catch {
		return false; // released, or its process id is not written yet
	}
}

/** Renames first: of several processes that see the same dead lock, one removes it. */
async function removeAbandoned(path: string): Promise<void> {
	const aside = `${path}.${process.pid}.abandoned`;
	try {
		await rename(path, aside);
	} catch {
		return; // another process was faster
	}
	if (await isAbandoned(aside)) {
		await rm(aside, { recursive: true, force: true });
		return;
	}
	// Between our look and the renaming another process took the lock over: give it back.
	await rename(aside, path).catch(() => {});
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return errorCode(error) === 'EPERM';
	}
}
