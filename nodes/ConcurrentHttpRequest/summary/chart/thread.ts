/*
 * A thread of its own that draws charts. Drawing takes some 100 ms, during which n8n would do nothing else,
 * and 60 MB, which WebAssembly never gives back while its thread lives.
 */
import { parentPort, workerData } from 'node:worker_threads';
import regular from '@fontsource/inter/files/inter-latin-400-normal.woff2';
import bold from '@fontsource/inter/files/inter-latin-600-normal.woff2';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

import { type Chart, drawChart } from './drawChart';

/** Pixels for each unit of the drawing, for screens of high resolution. */
const ZOOM = 1.5;

const ready = initWasm(workerData as WebAssembly.Module);

async function draw(chart: Chart): Promise<void> {
	await ready;
	const resvg = new Resvg(drawChart(chart), {
		fitTo: { mode: 'zoom', value: ZOOM },
		font: { fontBuffers: [regular, bold], defaultFontFamily: 'Inter' },
	});
	const image = resvg.render();
	parentPort?.postMessage(image.asPng());
	// Without this, each chart would take as much memory again.
	image.free();
	resvg.free();
}

parentPort?.on('message', (chart: Chart) => void draw(chart));
