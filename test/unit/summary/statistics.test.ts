import fc from 'fast-check';

import { Distribution } from '../../../nodes/ConcurrentHttpRequest/summary/Distribution.ts';
import { HostTable, OTHER_HOSTS } from '../../../nodes/ConcurrentHttpRequest/summary/HostTable.ts';
import { SlowestItems } from '../../../nodes/ConcurrentHttpRequest/summary/SlowestItems.ts';
import { TimeSeries } from '../../../nodes/ConcurrentHttpRequest/summary/TimeSeries.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('Distribution', () => {
	const durations = fc.array(fc.double({ min: 0, max: DAY, noNaN: true }), {
		minLength: 1,
		maxLength: 300,
		size: 'max',
	});

	function of(values: readonly number[]): Distribution {
		const distribution = new Distribution();
		for (const value of values) distribution.record(value);
		return distribution;
	}

	it('has no percentiles of nothing', () => {
		expect(new Distribution().percentiles()).toBeUndefined();
	});

	it('is within 1 % of the exact percentiles', () => {
		fc.assert(
			fc.property(durations, (values) => {
				const sorted = values.toSorted((a, b) => a - b);
				const exact = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
				const found = of(values).percentiles();
				for (const [percentile, share] of [
					['p50', 0.5],
					['p90', 0.9],
					['p99', 0.99],
				] as const) {
					const expected = exact(share);
					const difference = Math.abs((found?.[percentile] ?? NaN) - expected);
					expect(difference).toBeLessThanOrEqual(0.01 * expected + 0.01);
				}
				expect(found?.max).toBe(sorted.at(-1));
			}),
		);
	});

	it('has the maximum of what is longer than a day', () => {
		expect(of([3 * DAY]).percentiles()).toMatchObject({ mean: 3 * DAY, max: 3 * DAY });
	});

	it('adds up to what one distribution of all would be', () => {
		fc.assert(
			fc.property(durations, durations, (first, second) => {
				const sum = of(first);
				sum.add(of(second));
				const { mean = NaN, ...rest } = sum.percentiles() ?? {};
				const { mean: expected = NaN, ...all } = of([...first, ...second]).percentiles() ?? {};
				expect(rest).toEqual(all);
				expect(mean).toBeCloseTo(expected, 3);
			}),
		);
	});
});

describe('TimeSeries', () => {
	/** Requests as `[start, latency]`, in a run that lasts until `end`. */
	function seriesOf(requests: ReadonlyArray<readonly [number, number]>, end: number) {
		const series = new TimeSeries(1000);
		const events = requests.flatMap(([start, latency]) => [
			{ at: start, happen: () => series.requestStarted(1000 + start) },
			{
				at: start + latency,
				happen: () =>
					series.requestEnded(1000 + start + latency, {
						latency,
						isRefused: latency > 50,
						hasFailed: latency > 100,
					}),
			},
		]);
		for (const { happen } of events.sort((a, b) => a.at - b.at)) happen();
		return series.list(1000 + end);
	}

	it('has one slice of a run that has only begun', () => {
		expect(seriesOf([], 0)).toMatchObject([{ from: 0, to: 0, ended: 0, meanInFlight: 0 }]);
	});

	it('counts how many are in flight, on average and at most', () => {
		const [first, second] = seriesOf(
			[
				[0, 50],
				[25, 50],
			],
			100,
		);
		expect(first).toMatchObject({ from: 0, to: 50, meanInFlight: 1.5, mostInFlight: 2, ended: 0 });
		expect(second).toMatchObject({ from: 50, to: 100, meanInFlight: 0.5, ended: 2 });
	});

	it('takes in a run of any length, of which it loses nothing', () => {
		const requests = fc.array(
			fc.tuple(
				fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 7 * DAY })),
				fc.integer({ min: 0, max: 5000 }),
			),
			{ maxLength: 100, size: 'max' },
		);
		fc.assert(
			fc.property(requests, fc.integer({ min: 0, max: 10_000 }), (list, rest) => {
				const end = Math.max(0, ...list.map(([start, latency]) => start + latency)) + rest;
				const slices = seriesOf(list, end);
				const sum = (of: (slice: (typeof slices)[number]) => number) =>
					slices.reduce((total, slice) => total + of(slice), 0);
				expect(slices.length).toBeLessThanOrEqual(120);
				if (end > 6000) expect(slices.length).toBeGreaterThanOrEqual(60);
				expect(slices[0]?.from).toBe(0);
				expect(slices.at(-1)?.to).toBe(end);
				expect(sum(({ from, to }) => to - from)).toBe(end);
				expect(sum(({ ended }) => ended)).toBe(list.length);
				expect(sum(({ refused }) => refused)).toBe(list.filter(([, each]) => each > 50).length);
				expect(sum(({ failed }) => failed)).toBe(list.filter(([, each]) => each > 100).length);
				expect(sum(({ latency }) => latency.count)).toBe(list.length);
				const inFlight = list.reduce((total, [, latency]) => total + latency, 0);
				expect(sum(({ from, to, meanInFlight }) => meanInFlight * (to - from))).toBeCloseTo(
					inFlight,
				);
			}),
		);
	});

	it('ends with no slice so short that its rate would mean nothing', () => {
		fc.assert(
			fc.property(fc.integer({ min: 100, max: 100_000 }), (end) => {
				const slices = seriesOf([], end);
				const [first, last] = [slices[0], slices.at(-1)];
				const width = (slice: typeof first) => (slice ? slice.to - slice.from : NaN);
				expect(width(last)).toBeGreaterThanOrEqual(width(first) / 2);
			}),
		);
	});
});

describe('HostTable', () => {
	const END = { latency: 10, isRefused: false, hasFailed: false };

	it('has a row for each host, the most frequent first', () => {
		const table = new HostTable();
		table.requestEnded('https://a.example', END);
		table.requestEnded('https://b.example:8443', { ...END, isRefused: true, hasFailed: true });
		table.requestEnded('https://b.example:8443', END);
		expect(table.list()).toMatchObject([
			{ host: 'b.example:8443', requests: 2, refused: 1, failed: 1 },
			{ host: 'a.example', requests: 1, refused: 0, failed: 0 },
		]);
	});

	it('takes http and https of a host for one', () => {
		const table = new HostTable();
		for (const scheme of ['http', 'https', 'http']) {
			table.requestEnded(`${scheme}://a.example`, END);
		}
		expect(table.list()).toMatchObject([{ host: 'a.example', requests: 3 }]);
	});

	it('counts hosts without a row together', () => {
		const table = new HostTable();
		for (let host = 0; host < 1000; host++) table.requestEnded(`https://${host}.example`, END);
		const rows = table.list();
		expect(rows).toHaveLength(51);
		expect(rows.at(-1)).toMatchObject({ host: OTHER_HOSTS, requests: 950 });
		expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(1000);
	});
});

describe('SlowestItems', () => {
	it('keeps the ten slowest, the slowest first, and describes no more than it must', () => {
		fc.assert(
			fc.property(fc.array(fc.nat({ max: 30 }), { maxLength: 60, size: 'max' }), (durations) => {
				const slowest = new SlowestItems<string>();
				let described = 0;
				for (const [itemIndex, duration] of durations.entries()) {
					slowest.add({ itemIndex, duration }, () => `${++described} of ${itemIndex}`);
				}
				const expected = durations
					.map((duration, itemIndex) => ({ duration, itemIndex }))
					.sort((a, b) => b.duration - a.duration || a.itemIndex - b.itemIndex)
					.slice(0, 10);
				expect(slowest.list()).toMatchObject(expected);
			}),
		);
		const slowest = new SlowestItems<string>();
		const describe = jest.fn(() => '');
		for (let duration = 100; duration > 0; duration--) {
			slowest.add({ itemIndex: 0, duration }, describe);
		}
		expect(describe).toHaveBeenCalledTimes(10);
	});
});
