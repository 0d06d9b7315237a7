import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { Chart } from './drawChart';
import { threadFile } from './threadFile';

/**
 * The library that draws, once a thread of this process has compiled it. V8 keeps with it the machine code of
 * all that was called, for which the first chart takes half a second of CPU.
 */
let compiled: WebAssembly.Module | undefined;

/**
 * Draws one chart in a thread of its own. The thread gets ready while the run goes on, so that the run
 * waits at its end for the drawing alone.
 */
export class ChartPainter {
	private readonly thread = new Worker(threadFile(), { workerData: compiled });
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
		this.thread.postMessage(chart);
		return Buffer.from(await this.painted);
	}

	/** Ends the thread, whatever it does. */
	async close(): Promise<void> {
		await this.thread.terminate();
	}

	/** @returns what comes after the compiled library, if that comes */
	private async receive(): Promise<Uint8Array> {
		const [message] = (await once(this.thread, 'message')) as [Uint8Array | WebAssembly.Module];
		if (message instanceof Uint8Array) return message;
		compiled = message;
		return await this.receive();
	}
}
