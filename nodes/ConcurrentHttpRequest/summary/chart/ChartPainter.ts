import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';

import { rendererFile, threadFile } from './chartFiles';
import type { Chart } from './drawChart';

/** Milliseconds for which the thread waits for another chart. */
const LIFETIME = 30_000;

/**
 * The renderer, once it is compiled. V8 keeps with it the machine code of all that was called, for which
 * the first chart of a process takes about a second of CPU.
 */
let renderer: WebAssembly.Module | undefined;

/**
 * Draws the charts of all runs, one at a time, in a thread of its own. Starting a thread takes as much CPU as
 * drawing a chart, so the thread stays for a while for the next runs, such as those of a loop. It does not
 * keep the process alive.
 */
export class ChartPainter {
	private readonly oneAtATime = pLimit(1);
	private readonly lifetime: number;
	private thread: Promise<Worker> | undefined;
	private timer: NodeJS.Timeout | undefined;

	/** @param lifetime milliseconds after its last use at which the thread ends */
	constructor(lifetime = LIFETIME) {
		this.lifetime = lifetime;
	}

	/** Starts the thread while a run goes on, so that the run waits at its end for the drawing alone. */
	prepare(): void {
		// `paint` tries again, and tells its run why it could not.
		this.start().catch(() => undefined);
		this.endLater();
	}

	/**
	 * @returns a PNG of 960 x 1020 pixels
	 * @throws what the thread threw
	 */
	async paint(chart: Chart): Promise<Buffer> {
		return await this.oneAtATime(async () => {
			try {
				const thread = await this.start();
				thread.ref();
				thread.postMessage(chart);
				const [png] = (await once(thread, 'message')) as [Uint8Array];
				thread.unref();
				return Buffer.from(png);
			} finally {
				this.endLater();
			}
		});
	}

	private async start(): Promise<Worker> {
		const forget = () => (this.thread = undefined);
		this.thread ??= startThread(forget);
		this.thread.catch(forget);
		return await this.thread;
	}

	private endLater(): void {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => void this.oneAtATime(() => this.end()), this.lifetime).unref();
	}

	private async end(): Promise<void> {
		const { thread } = this;
		this.thread = undefined;
		await (await thread)?.terminate();
	}
}

async function startThread(onError: () => void): Promise<Worker> {
	renderer ??= await WebAssembly.compile(await readFile(rendererFile()));
	const thread = new Worker(threadFile(), { workerData: renderer });
	thread.unref();
	// An error ends the thread. Without a listener it would end n8n as well.
	return thread.on('error', onError);
}

/** All runs of the process share it. */
export const chartPainter = new ChartPainter();
