import { setTimeout as sleep } from 'node:timers/promises';
import {
	type Chart,
	type ChartPoint,
	drawChart,
} from '../../../nodes/ConcurrentHttpRequest/summary/chart/drawChart.ts';
import { RunStatistics } from '../../../nodes/ConcurrentHttpRequest/client/RunStatistics.ts';
import { RunRecorder } from '../../../nodes/ConcurrentHttpRequest/summary/RunRecorder.ts';
import {
	endRun,
	toChart,
	toSummary,
} from '../../../nodes/ConcurrentHttpRequest/summary/toSummary.ts';
import { ChartPainter } from '../../../nodes/ConcurrentHttpRequest/summary/chart/ChartPainter.ts';

const SECOND = 1000;

function pointsOf(count: number, width: number, more: Partial<ChartPoint> = {}): ChartPoint[] {
	return Array.from({ length: count }, (_, index) => ({
		from: index * width,
		to: (index + 1) * width,
		requestsPerSecond: 100,
		inFlight: 10,
		p50: 20,
		p99: 80,
		refusedPerSecond: 0,
		failedPerSecond: 0,
		...more,
	}));
}

function textsOf(svg: string): string[] {
	return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
}

it('names its curves and their units', () => {
	const texts = textsOf(drawChart({ title: '100 requests in 1.0 s', points: pointsOf(10, 100) }));
	expect(texts).toEqual(
		expect.arrayContaining([
			'100 requests in 1.0 s',
			'Requests per second',
			'Requests in flight',
			'Latency in ms',
			'p50',
			'p99',
			'Refused and failed requests per second',
			'milliseconds since the start',
		]),
	);
});

it.each([
	[1 * SECOND, 'milliseconds'],
	[100 * SECOND, 'seconds'],
	[600 * SECOND, 'minutes'],
	[8 * 3600 * SECOND, 'hours'],
	[7 * 24 * 3600 * SECOND, 'days'],
])('counts a run of %d ms in %s', (duration, unit) => {
	const texts = textsOf(drawChart({ title: '', points: pointsOf(100, duration / 100) }));
	expect(texts).toContain(`${unit} since the start`);
});

it('breaks a curve where there is nothing to show, and draws no number that is none', () => {
	const points = [...pointsOf(2, 100), ...pointsOf(2, 100, { p50: undefined, p99: undefined })];
	for (const list of [points, pointsOf(1, 0), []]) {
		expect(drawChart({ title: '', points: list })).not.toMatch(/NaN|undefined|Infinity/);
	}
});

it('is named by what failed, and by what was not tried', () => {
	const titleOf = (...failures: string[]) => {
		const statistics = Object.assign(new RunStatistics(), { requests: 5 });
		for (const kind of failures) statistics.itemFailed(kind);
		const run = { recorder: new RunRecorder(0), statistics, waits: [], retryWaits: [], items: 7 };
		return toChart(endRun({ ...run, now: 1000, duration: 1000, wallClock: 0, text: '' })).title;
	};
	expect(titleOf('503')).toBe('5 requests in 1 s, 1 of 7 items failed');
	expect(titleOf('503', 'not tried', 'not tried')).toBe(
		'5 requests in 1 s, 1 of 7 items failed, 2 not tried',
	);
});

it('shows one failure in a slice of hours', () => {
	const recorder = new RunRecorder(0);
	const outcome = { kind: 'failed', latency: 1, status: 500 } as const;
	recorder.requestStarted(0, 0);
	recorder.requestEnded({ origin: 'http://a.test', outcome, failure: undefined, now: 1 });
	const run = { recorder, statistics: new RunStatistics(), waits: [], retryWaits: [], items: 1 };
	const duration = 7 * 24 * 3600 * SECOND;
	const ended = endRun({ ...run, now: duration, duration, wallClock: duration, text: '' });
	const [point] = toChart(ended).points;
	expect(point?.failedPerSecond).toBeCloseTo(1000 / ((point?.to ?? 0) - (point?.from ?? 0)), 9);
	expect(textsOf(drawChart(toChart(ended)))).toEqual(expect.arrayContaining(['0.0001']));
	expect(toSummary(ended)).toHaveProperty('overTime.0.perSecond', 0.000153);
});

it('writes a long title smaller, so that it fits', () => {
	const sizeOf = (title: string) =>
		Number(/font-size="([\d.]+)"[^>]*>x/.exec(drawChart({ title, points: [] }))?.[1]);
	expect(sizeOf('x'.repeat(60))).toBe(14);
	expect(100 * sizeOf('x'.repeat(100))).toBeLessThanOrEqual(14 * 80);
});

it('shows text as text', () => {
	expect(drawChart({ title: '<b> & co', points: [] })).toContain('&#60;b&#62; &#38; co');
});

const CHART: Chart = { title: 'Title', points: pointsOf(3, 50) };

/** The threads of this process, by their numbers. */
function threads(): number[] {
	const { workers } = process.report.getReport() as unknown as {
		workers: Array<{ header: { threadId: number } }>;
	};
	return workers.map(({ header }) => header.threadId);
}

async function isOver(condition: () => boolean): Promise<void> {
	while (!condition()) await sleep(10);
}

it('is painted in a thread of its own, which the next chart uses as well, and which ends later', async () => {
	const others = threads();
	const own = () => threads().filter((id) => !others.includes(id));
	const painter = new ChartPainter(2000);
	painter.prepare();
	const pngs = await Promise.all([painter.paint(CHART), painter.paint(CHART)]);
	expect(pngs.map((png) => png.subarray(1, 4).toString())).toEqual(['PNG', 'PNG']);
	const first = own();
	expect(first).toHaveLength(1);
	await painter.paint(CHART);
	expect(own()).toEqual(first);
	await isOver(() => own().length === 0);
	await painter.paint(CHART);
	expect(own()).not.toEqual(first);
	await isOver(() => own().length === 0);
});

it('throws why it could not be painted, and the next one gets another thread', async () => {
	const painter = new ChartPainter(1000);
	const painted = [painter.paint({ ...CHART, points: undefined as never }), painter.paint(CHART)];
	const [failed, next] = await Promise.allSettled(painted);
	expect(failed).toMatchObject({ status: 'rejected', reason: { name: 'TypeError' } });
	expect(next).toMatchObject({ status: 'fulfilled' });
});
