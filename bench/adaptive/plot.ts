import type { ModelEvaluation } from '../../test/support/servers/evaluateModels.ts';

/** Pixels. */
const MARGIN = 24;
const COLUMNS = 2;
const PANEL_WIDTH = 440;
const PANEL_HEIGHT = 278;
const AXIS_WIDTH = 44;
const PLOT_WIDTH = PANEL_WIDTH - AXIS_WIDTH - 16;
const PLOT_HEIGHT = 74;
const LIMIT_TOP = 64;
const RATE_TOP = LIMIT_TOP + PLOT_HEIGHT + 30;
const HEAD = 74;

/** Slices of 0.1 s that make one point of the throughput. */
const SMOOTHING = 5;

const style = `
	.card { fill: #ffffff; stroke: #d0d7de; }
	text { font: 12px -apple-system, "Segoe UI", "Liberation Sans", Helvetica, Arial, sans-serif; fill: #1f2328; }
	.title { font-size: 17px; font-weight: 600; }
	.caption { font-weight: 600; }
	.faint { fill: #59636e; }
	.axis { stroke: #d0d7de; }
	.line { fill: none; stroke-width: 1.4; stroke-linejoin: round; }
	.ours { stroke: #e8590c; }
	.best { stroke: #818b98; stroke-dasharray: 4 3; }
	.refused { stroke: #cf222e; }
	@media (prefers-color-scheme: dark) {
		.card { fill: #0d1117; stroke: #3d444d; }
		text { fill: #f0f6fc; }
		.faint { fill: #9198a1; }
		.axis { stroke: #3d444d; }
		.ours { stroke: #ff7b2e; }
		.best { stroke: #9198a1; }
		.refused { stroke: #ff7b72; }
	}
`;

/**
 * Draws the concurrency and the throughput of each model over time, of the first seed.
 *
 * @returns an SVG that follows the reader's light or dark scheme
 */
export function drawPlots(title: string, models: readonly ModelEvaluation[]): string {
	const rows = Math.ceil(models.length / COLUMNS);
	const width = 2 * MARGIN + COLUMNS * PANEL_WIDTH;
	const height = HEAD + rows * PANEL_HEIGHT + MARGIN;
	const panels = models.map((model, index) => {
		const x = MARGIN + (index % COLUMNS) * PANEL_WIDTH;
		const y = HEAD + Math.floor(index / COLUMNS) * PANEL_HEIGHT;
		return `<g transform="translate(${x} ${y})">\n${panel(model)}\n</g>`;
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`,
		`<style>${style}</style>`,
		`<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
		text(MARGIN, MARGIN + 14, 'title', title),
		legend(MARGIN, MARGIN + 36),
		...panels,
		'</svg>\n',
	].join('\n');
}

function panel({ title, best, evaluations }: ModelEvaluation): string {
	const slices = evaluations[0]?.simulation.slices ?? [];
	const seconds = slices.length / 10;
	// As one line, most titles would run into the next panel.
	const [, name = title, rest = ''] = /^(.+?)[:,] (.+)$/.exec(title) ?? [];
	const limits = slices.map(({ limit }) => limit);
	const rates = perSecond(slices.map(({ accepted }) => accepted));
	const refusals = perSecond(slices.map(({ refused }) => refused));
	const mostInFlight = roundUp(Math.max(...limits, best.concurrency));
	const mostPerSecond = roundUp(Math.max(...rates, ...best.rates));
	return [
		text(0, 16, 'caption', name),
		text(0, 33, 'faint', rest),
		text(0, LIMIT_TOP - 11, 'faint', 'in flight'),
		axes(LIMIT_TOP, mostInFlight, seconds, false),
		line('best', LIMIT_TOP, mostInFlight, [best.concurrency, best.concurrency]),
		line('ours', LIMIT_TOP, mostInFlight, limits),
		text(0, RATE_TOP - 11, 'faint', 'requests/s'),
		axes(RATE_TOP, mostPerSecond, seconds, true),
		line('best', RATE_TOP, mostPerSecond, best.rates),
		line('ours', RATE_TOP, mostPerSecond, rates),
		...(Math.max(...refusals) > 0 ? [line('refused', RATE_TOP, mostPerSecond, refusals)] : []),
	].join('\n');
}

function perSecond(counts: readonly number[]): number[] {
	const rates: number[] = [];
	for (let from = 0; from < counts.length; from += SMOOTHING) {
		const part = counts.slice(from, from + SMOOTHING);
		rates.push((10 * part.reduce((sum, count) => sum + count, 0)) / part.length);
	}
	return rates;
}

/** Values over the whole width. What is above the scale is drawn at its edge. */
function line(kind: string, top: number, most: number, values: readonly number[]): string {
	const points = values.map((value, index) => {
		const x = AXIS_WIDTH + (PLOT_WIDTH * index) / Math.max(1, values.length - 1);
		const y = top + PLOT_HEIGHT * (1 - Math.min(1, value / most));
		return `${x.toFixed(1)},${y.toFixed(1)}`;
	});
	return `<polyline class="line ${kind}" points="${points.join(' ')}"/>`;
}

function axes(top: number, most: number, seconds: number, hasLabels: boolean): string {
	const bottom = top + PLOT_HEIGHT;
	const right = AXIS_WIDTH + PLOT_WIDTH;
	const parts = [0, most / 2, most].map((value) => {
		const y = bottom - (PLOT_HEIGHT * value) / most;
		return `<line class="axis" x1="${AXIS_WIDTH}" y1="${y}" x2="${right}" y2="${y}"/>\n${text(AXIS_WIDTH - 6, y + 4, 'faint', value.toLocaleString('en'), 'end')}`;
	});
	if (hasLabels) {
		for (let second = 0; second <= seconds; second += 15) {
			const x = AXIS_WIDTH + (PLOT_WIDTH * second) / seconds;
			const anchor = second === 0 ? 'start' : second >= seconds ? 'end' : 'middle';
			parts.push(text(x, bottom + 16, 'faint', `${second} s`, anchor));
		}
	}
	return parts.join('\n');
}

function legend(x: number, y: number): string {
	const entries = [
		['ours', 'adaptive'],
		['best', 'best fixed concurrency, found by search'],
		['refused', 'refused'],
	] as const;
	let left = x;
	return entries
		.map(([kind, label]) => {
			const entry = `<polyline class="line ${kind}" points="${left},${y - 4} ${left + 24},${y - 4}"/>\n${text(left + 30, y, 'faint', label)}`;
			left += 56 + 6 * label.length;
			return entry;
		})
		.join('\n');
}

/** To a figure whose half is a plain figure as well. */
function roundUp(value: number): number {
	const unit = 10 ** Math.floor(Math.log10(Math.max(1, value)));
	const steps = [1, 2, 4, 6, 8, 10].map((step) => step * unit);
	return Math.max(2, steps.find((step) => step >= value) ?? 10 * unit);
}

function text(x: number, y: number, kind: string, content: string, anchor = 'start'): string {
	return `<text class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escape(content)}</text>`;
}

function escape(content: string): string {
	return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
