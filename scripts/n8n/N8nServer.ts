import { killChild, stopChild } from '../lib/children.ts';
import type { N8nProcess } from './command.ts';

/** A main or a worker that this process has started. */
export class N8nServer {
	private readonly process: N8nProcess;

	constructor(n8nProcess: N8nProcess) {
		this.process = n8nProcess;
	}

	/** Its output so far; only the end of a long one. */
	get log(): string {
		return this.process.log;
	}

	/** Resolves when the server has ended, for whatever reason, with its exit code. */
	get ended(): Promise<number | null> {
		return this.process.ended;
	}

	/** @param patienceMs until it is killed */
	async stop(patienceMs?: number): Promise<void> {
		await stopChild(this.process.child, patienceMs);
		await this.process.ended;
	}

	/** Ends it as a crash does, or a kernel that is out of memory: without a last word to anybody. */
	async kill(): Promise<void> {
		await killChild(this.process.child);
		await this.process.ended;
	}
}
