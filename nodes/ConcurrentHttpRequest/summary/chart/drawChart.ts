import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';

/** What the chart shows of one slice of the run. Times are milliseconds since the run's start. */
export interface ChartPoint {
	readonly from: number;
	readonly to: number;
	readonly requestsPerSecond: number;
	/** Mean. */
	readonly inFlight: number;
	/** Milliseconds; `undefined` where no request ended. */
	readonly p50: number | undefined;
	readonly p99: number | undefined;
	readonly refusedPerSecond: number;
	/** Failed in another way. */
	readonly failedPerSecond: number;
}

export interface Chart {
	readonly title: string;
	/** In the order of time. */
	readonly points: readonly ChartPoint[];
}

interface Curve {
	readonly label: string;
	readonly color: string;
	readonly value: (point: ChartPoint) => number | undefined;
	readonly isFilled?: boolean;
}

interface Panel {
	readonly title: string;
	readonly curves: readonly Curve[];
}

/** About as wide as n8n's output pane, so that the text is legible there. */
const SIZE = { width: 640, height: 680 };
/** The size of a title of one character: 80 characters of 14 pixels fill the line. */
const TITLE_WIDTH = 14 * 80;
const MARGIN = { left: 60, right: 28, top: 68, bottom: 48 };
const GAP = 44;

/** On white, each has a contrast of at least 4.5. The picture is opaque, so it reads the same in the dark. */
const COLORS = {
	background: '#ffffff',
	text: '#1f2933',
	axis: '#52606d',
	grid: '#e4e7eb',
	blue: '#1d5fd1',
	green: '#12805c',
	orange: '#b4530a',
	red: '#c81e2b',
	violet: '#7a3fc2',
};

const PANELS: readonly Panel[] = [
	{
		title: 'Requests per second',
		curves: [
			{
				label: '',
				color: COLORS.blue,
				value: ({ requestsPerSecond }) => requestsPerSecond,
				isFilled: true,
			},
		],
	},
	{
		title: 'Requests in flight',
		curves: [{ label: '', color: COLORS.green, value: ({ inFlight }) => inFlight, isFilled: true }],
	},
	{
		title: 'Latency in ms',
		curves: [
			{ label: 'p99', color: COLORS.orange, value: ({ p99 }) => p99 },
			{ label: 'p50', color: COLORS.blue, value: ({ p50 }) => p50 },
		],
	},
	{
		title: 'Refused and failed requests per second',
		curves: [
			{
				label: 'refused, such as 429',
				color: COLORS.red,
				value: ({ refusedPerSecond }) => refusedPerSecond,
				isFilled: true,
			},
			{
				label: 'failed',
				color: COLORS.violet,
				value: ({ failedPerSecond }) => failedPerSecond,
			},
		],
	},
];

/** `2,500`, and `0.0002` for what happens once in an hour. Ticks have no more digits. */
const labels = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Draws the run over time, as the text of an SVG. Its font is Inter. */
export function drawChart({ title, points }: Chart): string {
	const { width, height } = SIZE;
	const inner = height - MARGIN.top - MARGIN.bottom;
	const panelHeight = (inner - GAP * (PANELS.length - 1)) / PANELS.length;
	const end = Math.max(1, points.at(-1)?.to ?? 0);
	const unit = unitOf(end);
	const x = scaleLinear([0, end / unit.milliseconds], [MARGIN.left, width - MARGIN.right]);
	const panels = PANELS.map((panel, index) => {
		const top = MARGIN.top + index * (panelHeight + GAP);
		return drawPanel(panel, points, (time) => x(time / unit.milliseconds), top, panelHeight);
	});
	const ticks = x.ticks(7).map((tick) => {
		const label = text(x(tick), height - MARGIN.bottom + 20, labels.format(tick), {
			anchor: 'middle',
		});
		return (
			`<path d="M${x(tick)},${MARGIN.top}V${height - MARGIN.bottom}" stroke="${COLORS.grid}"/>` +
			label
		);
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter" font-size="13">`,
		`<rect width="${width}" height="${height}" fill="${COLORS.background}"/>`,
		text(MARGIN.left, 32, title, {
			size: Math.min(14, TITLE_WIDTH / title.length),
			color: COLORS.text,
			isBold: true,
		}),
		...ticks,
		text(width - MARGIN.right, height - 8, `${unit.name} since the start`, { anchor: 'end' }),
		...panels,
		'</svg>',
	].join('\n');
}

function drawPanel(
	{ title, curves }: Panel,
	points: readonly ChartPoint[],
	x: (time: number) => number,
	top: number,
	height: number,
): string {
	const bottom = top + height;
	const largest = Math.max(
		0,
		...curves.flatMap(({ value }) => points.map((each) => value(each) ?? 0)),
	);
	const y = scaleLinear([0, largest || 1], [bottom, top]).nice(3);
	const right = SIZE.width - MARGIN.right;
	const grid = y
		.ticks(3)
		.map(
			(tick) =>
				`<path d="M${MARGIN.left},${y(tick)}H${right}" stroke="${tick === 0 ? COLORS.axis : COLORS.grid}"/>` +
				text(MARGIN.left - 8, y(tick) + 4, labels.format(tick), { anchor: 'end' }),
		);
	let legendAt = right;
	const legend = curves.flatMap(({ label, color }) => {
		if (label === '') return [];
		const entry = text(legendAt, top - 10, label, { anchor: 'end', color, isBold: true });
		legendAt -= 16 + 6.5 * label.length;
		return [entry];
	});
	return [
		text(MARGIN.left, top - 10, title, { size: 14, color: COLORS.text, isBold: true }),
		...legend,
		...grid,
		...curves.map((curve) => drawCurve(curve, points, x, y, bottom)),
	].join('\n');
}

/** Each point is a level step, as wide as its slice. */
function drawCurve(
	{ color, value, isFilled }: Curve,
	points: readonly ChartPoint[],
	x: (time: number) => number,
	y: (value: number) => number,
	bottom: number,
): string {
	const corners = points.flatMap((point) => {
		const level = value(point);
		return [
			[point.from, level],
			[point.to, level],
		] as const;
	});
	const isDefined = ([, level]: readonly [number, number | undefined]) => level !== undefined;
	const atX = ([time]: readonly [number, number | undefined]) => x(time);
	const atY = ([, level]: readonly [number, number | undefined]) => y(level ?? 0);
	const outline = line<(typeof corners)[number]>(atX, atY).defined(isDefined).digits(1)(corners);
	const filled = isFilled
		? area<(typeof corners)[number]>(atX, bottom, atY).defined(isDefined).digits(1)(corners)
		: undefined;
	return [
		...(filled ? [`<path d="${filled}" fill="${color}" fill-opacity="0.15"/>`] : []),
		`<path d="${outline ?? ''}" fill="none" stroke="${color}" stroke-width="1.75" stroke-linejoin="round"/>`,
	].join('\n');
}

interface TextStyle {
	readonly anchor?: 'start' | 'middle' | 'end';
	readonly color?: string;
	readonly size?: number;
	readonly isBold?: boolean;
}

function text(x: number, y: number, content: string, style: TextStyle = {}): string {
	const { anchor = 'start', color = COLORS.axis, size = 13, isBold = false } = style;
	const weight = isBold ? ' font-weight="600"' : '';
	return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${color}" font-size="${size}"${weight}>${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
	return content.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The unit in which the time axis has numbers that are easily read. */
function unitOf(duration: number): { readonly name: string; readonly milliseconds: number } {
	const second = 1000;
	if (duration < 2 * second) return { name: 'milliseconds', milliseconds: 1 };
	if (duration < 180 * second) return { name: 'seconds', milliseconds: second };
	if (duration < 180 * 60 * second) return { name: 'minutes', milliseconds: 60 * second };
	if (duration < 72 * 3600 * second) return { name: 'hours', milliseconds: 3600 * second };
	return { name: 'days', milliseconds: 24 * 3600 * second };
}
