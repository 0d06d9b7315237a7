import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures depend on. */
export interface Machine {
	cpu: string;
	cores: number;
	/** GiB. */
	memory: number;
	system: string;
	/** How many files and sockets a process may have open; beyond that it gets EMFILE. */
	openFiles: string;
	/** Of the minute before the start: well above 0, other programs took part of the time. */
	loadBefore: number;
}

export function describeMachine(): Machine {
	const [first, ...others] = cpus();
	return {
		cpu: first?.model.trim() ?? 'unknown',
		cores: others.length + 1,
		memory: Math.round(totalmem() / 2 ** 30),
		system: `${type()} ${release()} ${arch()}`,
		openFiles: openFiles(),
		loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
	};
}

function openFiles(): string {
	try {
		const limits = readFileSync('/proc/self/limits', 'utf8');
		return /^Max open files\s+(\S+)/m.exec(limits)?.[1] ?? 'unknown';
	} catch {
		return 'unknown'; // not Linux
	}
}
