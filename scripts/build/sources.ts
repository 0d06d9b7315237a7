/** The thread in which the node draws its chart. */
export const CHART_THREAD = 'nodes/ConcurrentHttpRequest/summary/chart/thread.ts';

/** The renderer of the chart. It is a file of its own, so that a thread need not read it again. */
export const CHART_RENDERER = {
	from: 'node_modules/@resvg/resvg-wasm/index_bg.wasm',
	to: 'nodes/ConcurrentHttpRequest/summary/chart/resvg.wasm',
};

/** What each bundle is made of: a bundle for each file. */
export const ENTRY_POINTS = [
	'nodes/**/*.node.ts',
	'credentials/*.credentials.ts',
	'cli/main.ts',
	CHART_THREAD,
];

/** The folders that a build reads, so that a change in any of them needs a new one. */
export const SOURCE_FOLDERS = [
	...new Set(ENTRY_POINTS.map((pattern) => pattern.slice(0, pattern.indexOf('/')))),
];
