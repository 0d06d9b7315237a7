import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Reading } from './Reading.ts';

/** Milliseconds between looks at the event loop; what is shorter is not seen. */
const RESOLUTION = 5;

/** Measures what this very process uses, from `start()` to `stop()`. */
export class Meter {
	private readonly cpu: NodeJS.CpuUsage;
	private readonly memoryBefore: number;
	private readonly canResetPeak: boolean;
	private readonly delay: ReturnType<typeof monitorEventLoopDelay>;

	private constructor() {
		this.canResetPeak = resetPeak();
		this.memoryBefore = process.memoryUsage.rss();
		this.delay = monitorEventLoopDelay({ resolution: RESOLUTION });
		this.delay.enable();
		this.cpu = process.cpuUsage();
	}

	/** Collects garbage first, so that what came before is not counted. */
	static start(): Meter {
		garbageCollector()();
		return new Meter();
	}

	async stop(): Promise<Reading> {
		const { user, system } = process.cpuUsage(this.cpu);
		const memoryPeak = this.canResetPeak ? readPeak() : undefined;
		// The last stretch has not been seen yet if the loop was held up to this moment.
		await sleep(2 * RESOLUTION);
		this.delay.disable();
		return {
			cpuSeconds: (user + system) / 1e6,
			memoryBefore: this.memoryBefore,
			memoryPeak,
			loopDelayMax: lateness(this.delay.max),
			loopDelayP99: lateness(this.delay.percentile(99)),
		};
	}
}

/** @param interval nanoseconds between two looks at the event loop */
function lateness(interval: number): number {
	return Math.max(0, interval / 1e6 - RESOLUTION);
}

/** Node's flag for it cannot be given to an n8n that is started as users start it. */
function garbageCollector(): (options?: object) => void {
	setFlagsFromString('--expose-gc');
	return runInNewContext('gc') as (options?: object) => void;
}

/**
 * Sweeps as V8 does before it gives up, which hands free pages back to the system: what a long
 * start has left must not hide what is needed later. It forgets compiled code, too, so a warm-up
 * has to follow.
 */
export function sweep(): void {
	garbageCollector()({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** Makes the kernel forget the most memory that this process had (proc_pid_clear_refs(5)). */
function resetPeak(): boolean {
	try {
		writeFileSync('/proc/self/clear_refs', '5');
		return true;
	} catch {
		return false; // not Linux, or not allowed
	}
}

/** Bytes, since `resetPeak()`. */
function readPeak(): number | undefined {
	const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
	return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
