import { join } from 'node:path';

/** Where the build puts the files of the chart, seen from the bundle of the node. */
const folder = join(__dirname, 'summary', 'chart');

/** The bundle of `thread.ts`. */
export function threadFile(): string {
	return join(folder, 'thread.js');
}

/** The WebAssembly of resvg, which renders an SVG. */
export function rendererFile(): string {
	return join(folder, 'resvg.wasm');
}
