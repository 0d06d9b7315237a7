/*
 * A thread of its own that draws one chart and ends. Drawing takes some 300 ms, during which n8n would do
 * nothing else, and 60 MB, which WebAssembly never gives back while its thread lives.
 *
 * While the run goes on, the thread draws a chart that nobody sees. V8 compiles a function of WebAssembly
 * when it is first called, so a second drawing takes a third of the time of the first.
 */
import { parentPort } from 'node:worker_threads';
import regular from '@fontsource/inter/files/inter-latin-400-normal.woff2';
import bold from '@fontsource/inter/files/inter-latin-600-normal.woff2';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import wasm from '@resvg/resvg-wasm/index_bg.wasm';

import { type Chart, drawChart } from './drawChart';

/** Pixels for each unit of the drawing, for screens of high resolution. */
const ZOOM = 1.5;

const WARM_UP: Chart = {
	title: 'Warm-up',
	points: [
		{
			from: 0,
			to: 1000,
			requestsPerSecond: 1,
			inFlight: 1,
			p50: 1,
			p99: 1,
			refusedPerSecond: 1,
			failedPerSecond: 1,
		},
	],
};

const ready = initWasm(wasm).then(() => draw(WARM_UP));

function draw(chart: Chart): Uint8Array {
	const resvg = new Resvg(drawChart(chart), {
		fitTo: { mode: 'zoom', value: ZOOM },
		font: { fontBuffers: [regular, bold], defaultFontFamily: 'Inter' },
	});
	return resvg.render().asPng();
}

async function reply(chart: Chart): Promise<void> {
	await ready;
	parentPort?.postMessage(draw(chart));
}

parentPort?.once('message', (chart: Chart) => void reply(chart));
