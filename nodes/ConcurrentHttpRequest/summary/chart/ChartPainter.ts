import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

import { rendererFile, threadFile } from './chartFiles';
import type { Chart } from './drawChart';

/**
 * The renderer, once it is compiled. V8 keeps with it the machine code of all that was called, for which
 * the first chart of a process takes about a second of CPU.
 */
let renderer: WebAssembly.Module | undefined;

/**
 * Draws one chart in a thread of its own. The thread gets ready while the run goes on, so that the run
 * waits at its end for the drawing alone.
 */
export class ChartPainter {
	private readonly thread = startThread();
	private readonly painted = this.receive();

	constructor() {
		// It may fail before somebody waits for it; whoever waits then is told.
		this.painted.catch(() => undefined);
	}

	/**
	 * To be called once.
	 *
	 * @returns a PNG of 960 x 1020 pixels
	 * @throws what the thread threw
	 */
	async paint(chart: Chart): Promise<Buffer> {
		const thread = await this.thread;
		thread.postMessage(chart);
		return Buffer.from(await this.painted);
	}

	/** Ends the thread, whatever it does. */
	async close(): Promise<void> {
		const thread = await this.thread.catch(() => undefined);
		await thread?.terminate();
	}

	private async receive(): Promise<Uint8Array> {
		const [png] = (await once(await this.thread, 'message')) as [Uint8Array];
		return png;
	}
}

async function startThread(): Promise<Worker> {
	renderer ??= await WebAssembly.compile(await readFile(rendererFile()));
	return new Worker(threadFile(), { workerData: renderer });
}
