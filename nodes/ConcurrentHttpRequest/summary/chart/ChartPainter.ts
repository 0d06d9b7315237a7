import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { Chart } from './drawChart';
import { threadFile } from './threadFile';

/**
 * Draws one chart in a thread of its own. The thread gets ready while the run goes on, so that the run
 * waits at its end for the drawing alone.
 */
export class ChartPainter {
	private readonly thread = new Worker(threadFile());
	private readonly painted = once(this.thread, 'message');

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
		const [png] = (await this.painted) as [Uint8Array];
		return Buffer.from(png);
	}

	/** Ends the thread, whatever it does. */
	async close(): Promise<void> {
		await this.thread.terminate();
	}
}
