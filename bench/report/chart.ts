import type { PeerName } from '../peers/Peer.ts';
import type { CaseResult, PeerResult } from './Results.ts';
import { seconds } from './tables.ts';

/** Pixels. */
const WIDTH = 860;
const MARGIN = 24;
const LABEL_WIDTH = 320;
const BAR_HEIGHT = 20;
const BAR_STEP = 28;
const GROUP_GAP = 26;
const TITLE_STEP = 30;
/** Kept free for the figure behind the longest bar. */
const FIGURE_WIDTH = 130;

const BARS_LEFT = MARGIN + LABEL_WIDTH;
const LONGEST_BAR = WIDTH - MARGIN - FIGURE_WIDTH - BARS_LEFT;

interface Chart {
	readonly title: string;
	/** The cases that it shows, and their captions. */
	readonly groups: ReadonlyArray<{ readonly case: string; readonly caption: string }>;
}

/** By the name of the file. The first is small enough for the README. */
const charts: Record<string, Chart> = {
	'bench.svg': {
		title: 'Time for one request per item, 50 in flight where that can be set',
		groups: [
			{ case: 'https', caption: 'HTTPS, responses after 20 ms, one simple expression' },
			{ case: 'everyday', caption: 'HTTP, responses after 20 ms, three everyday expressions' },
		],
	},
	'bench-small-runs.svg': {
		title: 'First runs, single requests and loops',
		groups: [
			{ case: 'first-run', caption: 'responses after 20 ms, the first run of the process' },
			{ case: 'first-run-20k', caption: 'responses at once, the first run of the process' },
			{ case: 'first-request', caption: 'the first run of the process' },
			{ case: 'one-request', caption: 'a later run' },
			{ case: 'loop-local', caption: 'one by one in Loop Over Items, HTTP' },
			{ case: 'loop', caption: 'one by one in Loop Over Items, HTTPS with a round trip of 5 ms' },
		],
	},
};

/** This node. */
const OURS: PeerName[] = ['ours', 'oursLooped'];

/** It sends only a part of the items, so its bar would need another scale. */
const leftOut: PeerName[] = ['oneAtATime'];

const style = `
	.card { fill: #ffffff; stroke: #d0d7de; }
	text { font: 13px -apple-system, "Segoe UI", "Liberation Sans", Helvetica, Arial, sans-serif; fill: #1f2328; }
	.title { font-size: 17px; font-weight: 600; }
	.caption { font-weight: 600; }
	.faint { fill: #59636e; }
	.ours { font-weight: 600; }
	.bar { fill: #afb8c1; }
	.bar.limit { fill: #d8dee4; stroke: #818b98; stroke-dasharray: 3 2; }
	.bar.ours { fill: #e8590c; }
	@media (prefers-color-scheme: dark) {
		.card { fill: #0d1117; stroke: #3d444d; }
		text { fill: #f0f6fc; }
		.faint { fill: #9198a1; }
		.bar { fill: #57606a; }
		.bar.limit { fill: #262c36; stroke: #818b98; }
		.bar.ours { fill: #ff7b2e; }
	}
`;

/**
 * Draws the time of each client as a horizontal bar; each case has a scale of its own.
 * @returns an SVG for each file, which follows the reader's light or dark scheme
 */
export function drawCharts(cases: CaseResult[], footnote: string): Map<string, string> {
	const files = Object.entries(charts);
	return new Map(files.map(([name, chart]) => [name, drawChart(chart, cases, footnote)]));
}

function drawChart({ title, groups }: Chart, cases: CaseResult[], footnote: string): string {
	const parts: string[] = [];
	let y = MARGIN + 14;
	parts.push(text(MARGIN, y, 'title', title));
	y += TITLE_STEP;
	for (const { case: name, caption } of groups) {
		const found = cases.find((each) => each.name === name);
		if (!found) continue;
		const shown = found.peers.filter((peer) => !leftOut.includes(peer.name));
		const items = found.peers[0]?.median?.items ?? 0;
		const count = items === 1 ? '1 item' : `${items.toLocaleString('en')} items`;
		parts.push(text(MARGIN, y, 'caption', `${count}, ${caption}`));
		y += 12;
		const longest = Math.max(...shown.map(({ median }) => median?.time ?? 0));
		const own = shown.find(({ name }) => OURS.includes(name))?.median?.time;
		for (const peer of shown.toSorted(byTime)) {
			parts.push(bar(peer, y, longest, own));
			y += BAR_STEP;
		}
		y += GROUP_GAP;
	}
	y -= 8;
	parts.push(text(MARGIN, y, 'faint', footnote));
	const height = y + MARGIN - 8;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Benchmark: time for each client">`,
		`<style>${style}</style>`,
		`<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
		...parts,
		'</svg>\n',
	].join('\n');
}

/** The fastest first, those that died last. */
function byTime(one: PeerResult, other: PeerResult): number {
	return (one.median?.time ?? Infinity) - (other.median?.time ?? Infinity);
}

function bar(peer: PeerResult, top: number, longest: number, own: number | undefined): string {
	const kind = OURS.includes(peer.name) ? 'ours' : peer.name === 'undici' ? 'limit' : '';
	const baseline = top + BAR_HEIGHT / 2 + 4.5;
	const width = peer.median ? Math.max(1, (LONGEST_BAR * peer.median.time) / longest) : 0;
	const label = `<text class="${kind}" x="${BARS_LEFT - 10}" y="${baseline}" text-anchor="end">${escape(peer.title)}</text>`;
	const shape = `<rect class="bar ${kind}" x="${BARS_LEFT}" y="${top}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="3"/>`;
	return [label, shape, text(BARS_LEFT + width + 8, baseline, kind, figure(peer, own))].join('\n');
}

function figure({ name, median }: PeerResult, own: number | undefined): string {
	if (!median) return 'died';
	const isOther = own !== undefined && !OURS.includes(name);
	const times = isOther ? ` (${(median.time / own).toFixed(1)} x)` : '';
	return `${seconds(median.time)}${times}`;
}

function text(x: number, y: number, kind: string, content: string): string {
	return `<text class="${kind}" x="${x.toFixed(1)}" y="${y}">${escape(content)}</text>`;
}

function escape(content: string): string {
	return content.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
