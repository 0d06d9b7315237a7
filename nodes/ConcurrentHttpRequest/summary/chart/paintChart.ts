import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { Chart } from './drawChart';
import { threadFile } from './threadFile';

/**
 * Draws a chart in a thread of its own.
 *
 * @returns a PNG of 960 x 1020 pixels
 * @throws what the thread threw
 */
export async function paintChart(chart: Chart): Promise<Buffer> {
	const thread = new Worker(threadFile(), { workerData: chart });
	try {
		const [png] = (await once(thread, 'message')) as [Uint8Array];
		return Buffer.from(png);
	} finally {
		await thread.terminate();
	}
}
