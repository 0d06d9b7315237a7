import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { startChild, stopChild } from '../lib/children.ts';
import { fetchOnce } from '../lib/http.ts';
import { PlainError } from '../lib/PlainError.ts';

/** Port that the example workflows are written for. */
export const EXAMPLE_ORIGIN = 'http://127.0.0.1:5999';

export interface SampleStats {
	requests: number;
	inFlight: number;
	mostInFlight: number;
	connections: number;
}

/** The sample API as a process of its own, so that it does not share a CPU with the caller. */
export class SampleApi {
	readonly origin: string;
	private readonly child: ChildProcess;

	private constructor(origin: string, child: ChildProcess) {
		this.origin = origin;
		this.child = child;
	}

	/** @param port a free one unless told */
	static async start(port = 0): Promise<SampleApi> {
		const script = join(import.meta.dirname, '..', 'sample-api.ts');
		const child = startChild(
			process.execPath,
			// Files of test/ are ES modules although package.json does not say so.
			['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', script, `--port=${port}`],
			{ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
		);
		const exited = once(child, 'exit').then(() => undefined);
		const message = await Promise.race([once(child, 'message'), exited]);
		const [ready] = (message ?? []) as { origin: string }[];
		if (!ready) throw new PlainError('The sample API did not start.');
		return new SampleApi(ready.origin, child);
	}

	/** Counters since `resetStats()`. */
	async stats(): Promise<SampleStats> {
		return (await (await fetchOnce(`${this.origin}/stats`)).json()) as SampleStats;
	}

	async resetStats(): Promise<void> {
		await (await fetchOnce(`${this.origin}/reset-stats`)).text();
	}

	async stop(): Promise<void> {
		await stopChild(this.child);
	}
}
