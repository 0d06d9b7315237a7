import { RunStatistics } from '../../../nodes/ConcurrentHttpRequest/client/RunStatistics.ts';
import {
	describeAdvice,
	describeRetries,
	describeRun,
	joinSentences,
} from '../../../nodes/ConcurrentHttpRequest/client/summarize.ts';

function statisticsOf(
	counts: Partial<Pick<RunStatistics, 'requests' | 'responses' | 'mostInFlight' | 'connections'>>,
	failures: Record<string, number> = {},
): RunStatistics {
	const statistics = Object.assign(new RunStatistics(), counts);
	for (const [kind, count] of Object.entries(failures)) {
		for (let time = 0; time < count; time++) statistics.itemFailed(kind);
	}
	return statistics;
}

const thousand = { requests: 1000, mostInFlight: 10, connections: 10 };

it.each([
	[
		statisticsOf(thousand, { '503': 2, timeout: 1 }),
		4100,
		'1,000 requests in 4.1 s, at most 10 at a time on 10 connections. 3 items failed (2 x 503, 1 x timeout).',
	],
	[statisticsOf(thousand), 4000, '1,000 requests in 4 s, at most 10 at a time on 10 connections.'],
	[
		statisticsOf({ ...thousand, connections: 0, responses: 1 }),
		4000,
		'1,000 requests in 4 s, at most 10 at a time on kept connections.',
	],
	[
		statisticsOf({ ...thousand, connections: 0 }, { 'connection refused': 1000 }),
		4000,
		'1,000 requests in 4 s, at most 10 at a time. 1,000 items failed (1,000 x connection refused).',
	],
	[statisticsOf({ requests: 1, mostInFlight: 1, connections: 1 }), 20, '1 request in 20 ms.'],
	[
		statisticsOf({ requests: 2, mostInFlight: 1, connections: 1 }),
		999,
		'2 requests in 999 ms, at most 1 at a time on 1 connection.',
	],
	[statisticsOf({}), 0, 'No request was sent.'],
	[
		statisticsOf({ requests: 1_234_567, mostInFlight: 1000, connections: 1001 }, { reset: 4321 }),
		3_723_456,
		'1,234,567 requests in 1 h 2 min, at most 1,000 at a time on 1,001 connections. 4,321 items failed (4,321 x reset).',
	],
	[
		statisticsOf({}, { 'invalid input': 1 }),
		1,
		'No request was sent. 1 item failed (1 x invalid input).',
	],
	[
		statisticsOf(thousand, { '500': 3, 'not tried': 1200, timeout: 5 }),
		1000,
		'1,000 requests in 1 s, at most 10 at a time on 10 connections. 8 items failed (5 x timeout, 3 x 500). 1,200 items were not tried.',
	],
])('says what a run did (%#)', (statistics, duration, text) => {
	expect(joinSentences(describeRun(statistics, duration))).toBe(text);
});

it('tells of retries and of the circuit breaker', () => {
	const statistics = statisticsOf(thousand);
	for (let time = 0; time < 12; time++) statistics.retried('429');
	statistics.retried('timeout');
	statistics.retryNotMade();
	expect(joinSentences(describeRetries(statistics, 2))).toBe(
		'13 retries (12 x 429, 1 x timeout). 1 more retry was not made, because Retries per 100 Requests allowed no more. The circuit breaker opened twice.',
	);
	expect(describeRetries(statisticsOf(thousand), 0)).toEqual([]);
});

it('advises in numbers', () => {
	const advice = { concurrency: 20, duration: 22_700, latency: 80.4 };
	expect(joinSentences(describeAdvice(advice, 45_000))).toBe(
		'Max Concurrency held the run back: the server responded in 80 ms throughout. With 20 at a time it would take about 23 s instead of 45 s, if the server keeps up; Concurrency Mode Adaptive finds out whether it does.',
	);
	expect(describeAdvice(undefined, 45_000)).toEqual([]);
});
