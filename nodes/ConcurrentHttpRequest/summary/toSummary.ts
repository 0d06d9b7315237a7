import type { IDataObject } from 'n8n-workflow';

import { describeCount, describeNumber } from '../common/describeNumber';
import { describeDuration } from '../common/describeDuration';
import type { RunStatistics } from '../client/RunStatistics';
import type { Wait } from '../limits/admission/WaitTimes';
import type { Chart } from './chart/drawChart';
import { Distribution, type Percentiles } from './Distribution';
import type { RunRecorder } from './RunRecorder';
import type { Slice } from './TimeSeries';

/** A run that has ended. */
export interface EndedRun {
	readonly recorder: RunRecorder;
	readonly statistics: RunStatistics;
	/** For how long limits held requests back. */
	readonly waits: readonly Wait[];
	/** For how long requests waited for their next try, or for a redirect. */
	readonly retryWaits: readonly Wait[];
	/** Input items. */
	readonly items: number;
	/** The clock's milliseconds. */
	readonly now: number;
	/** Milliseconds. */
	readonly duration: number;
	/** Milliseconds since 1970. */
	readonly wallClock: number;
	/** What happened, in a sentence for people. */
	readonly text: string;
	readonly slices: readonly Slice[];
	/** Of all requests. */
	readonly latency: Percentiles | undefined;
}

/** What {@link EndedRun} has beside what its recorder knows. */
export type RunFacts = Omit<EndedRun, 'slices' | 'latency'>;

export function endRun(run: RunFacts): EndedRun {
	const slices = run.recorder.series.list(run.now);
	const latency = new Distribution();
	for (const slice of slices) latency.add(slice.latency);
	return { ...run, slices, latency: latency.percentiles() };
}

/** The summary of a run, as the JSON of an item: durations are in milliseconds, save `seconds`. */
export function toSummary(run: EndedRun): IDataObject {
	const { recorder, statistics, duration, wallClock, items, text, slices, latency } = run;
	const failures = statistics.failuresByKind();
	const notTried = statistics.itemsNotTried;
	return {
		text,
		startedAt: new Date(wallClock - duration).toISOString(),
		seconds: round(duration / 1000),
		items: {
			total: items,
			succeeded: statistics.itemsSucceeded,
			failed: statistics.itemsFailed - notTried,
			notTried,
		},
		itemFailures: counts(failures.map(({ kind, count }) => [kind, count])),
		requests: {
			total: statistics.requests,
			perSecond: perSecond(statistics.requests, duration),
			connections: statistics.connections,
			mostInFlight: statistics.mostInFlight,
			meanInFlight: duration > 0 ? round(statistics.totalLatency / duration) : 0,
		},
		statuses: counts([...recorder.statuses].sort(([a], [b]) => a - b)),
		requestFailures: counts([...recorder.failures].sort(([, a], [, b]) => b - a)),
		retries: {
			total: statistics.retries,
			byCause: counts(statistics.retriesByCause().map(({ kind, count }) => [kind, count])),
		},
		latency: rounded(latency),
		waiting: rounded(recorder.waiting.percentiles()),
		waitedFor: waitsOf(run).map(({ label, duration: waited }) => ({
			what: label,
			seconds: round(waited / 1000),
		})),
		hosts: recorder.hosts.list().map(({ host, requests, refused, failed, latency: ofHost }) => ({
			host,
			requests,
			refused,
			failed,
			latency: rounded(ofHost.percentiles()),
		})),
		slowestItems: recorder.slowest.list().map(({ itemIndex, duration: onWire, details }) => ({
			itemIndex,
			milliseconds: round(onWire),
			waiting: round(details.waited),
			tries: details.tries,
			method: details.method,
			url: details.url,
			failure: details.failure ?? null,
		})),
		overTime: slices.map(overTime),
	};
}

/** The same as a picture. */
export function toChart({ slices, statistics, items, duration }: EndedRun): Chart {
	const requests = `${describeCount(statistics.requests, 'request')} in ${describeDuration(duration)}`;
	const notTried = statistics.itemsNotTried;
	const failed = `${describeNumber(statistics.itemsFailed - notTried)} of ${describeCount(items, 'item')} failed`;
	const others = notTried > 0 ? `, ${describeNumber(notTried)} not tried` : '';
	return {
		title: `${requests}, ${failed}${others}`,
		points: slices.map((slice) => {
			const { from, to, refused, failed, meanInFlight } = slice;
			const { p50, p99 } = slice.latency.percentiles() ?? {};
			return {
				from,
				to,
				requestsPerSecond: rate(slice.ended, to - from),
				inFlight: meanInFlight,
				p50,
				p99,
				refusedPerSecond: rate(refused, to - from),
				failedPerSecond: rate(failed - refused, to - from),
			};
		}),
	};
}

function overTime(slice: Slice): IDataObject {
	const { from, to, ended, refused, failed, meanInFlight, mostInFlight } = slice;
	const { p50, p99 } = rounded(slice.latency.percentiles()) ?? {};
	return {
		second: round(from / 1000),
		requests: ended,
		perSecond: perSecond(ended, to - from),
		meanInFlight: round(meanInFlight),
		mostInFlight,
		p50: p50 ?? null,
		p99: p99 ?? null,
		refused,
		failed,
	};
}

/** Requests wait for some things both before their first try and between tries; the longer counts. */
function waitsOf({ waits, retryWaits }: EndedRun): Wait[] {
	const longest = new Map<string, number>();
	for (const { label, duration } of [...waits, ...retryWaits]) {
		longest.set(label, Math.max(duration, longest.get(label) ?? 0));
	}
	return [...longest]
		.map(([label, duration]) => ({ label, duration }))
		.sort((a, b) => b.duration - a.duration);
}

function counts(entries: ReadonlyArray<readonly [string | number, number]>): IDataObject {
	return Object.fromEntries(entries);
}

function rounded(percentiles: Percentiles | undefined): Record<keyof Percentiles, number> | null {
	if (!percentiles) return null;
	const { mean, p50, p90, p99, max } = percentiles;
	return { mean: round(mean), p50: round(p50), p90: round(p90), p99: round(p99), max: round(max) };
}

/** To three digits, however small: a run may send ten requests an hour. */
function perSecond(count: number, duration: number): number {
	return Number(rate(count, duration).toPrecision(3));
}

/**
 * @param duration milliseconds
 * @returns so many per second
 */
function rate(count: number, duration: number): number {
	return duration > 0 ? (count * 1000) / duration : 0;
}

/** To two digits behind the point. */
function round(value: number): number {
	return Math.round(value * 100) / 100;
}
