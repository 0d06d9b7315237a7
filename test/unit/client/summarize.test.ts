import { RunStatistics } from '../../../nodes/ConcurrentHttpRequest/client/RunStatistics.ts';
import { summarize } from '../../../nodes/ConcurrentHttpRequest/client/summarize.ts';

function statisticsOf(
	counts: Partial<Pick<RunStatistics, 'requests' | 'mostInFlight' | 'connections'>>,
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
		'1,000 requests in 4.1 s, 10 in flight, 10 connections, 3 failed (2 x 503, 1 timeout)',
	],
	[statisticsOf(thousand), 4100, '1,000 requests in 4.1 s, 10 in flight, 10 connections'],
	[
		statisticsOf({ requests: 1, mostInFlight: 1, connections: 1 }),
		20,
		'1 request in 0.0 s, 1 in flight, 1 connection',
	],
	[statisticsOf({}), 0, '0 requests in 0.0 s, 0 in flight, 0 connections'],
	[
		statisticsOf({ requests: 1_234_567, mostInFlight: 1000, connections: 1001 }, { reset: 4321 }),
		3_723_456,
		'1,234,567 requests in 3723.5 s, 1,000 in flight, 1,001 connections, 4,321 failed (4,321 x reset)',
	],
	// A status alone would read like a number of failures: "1 404".
	[
		statisticsOf(thousand, { '404': 1 }),
		1000,
		'1,000 requests in 1.0 s, 10 in flight, 10 connections, 1 failed (1 x 404)',
	],
	[
		statisticsOf({ requests: 0 }, { 'invalid input': 1 }),
		1,
		'0 requests in 0.0 s, 0 in flight, 0 connections, 1 failed (1 invalid input)',
	],
])('says it in one sentence (%#)', (statistics, duration, sentence) => {
	expect(summarize(statistics, duration)).toBe(sentence);
});

it('adds up failures of all kinds', () => {
	const statistics = statisticsOf(thousand, { '500': 3, '503': 4, timeout: 5 });
	expect(summarize(statistics, 0)).toMatch(/, 12 failed \(5 x timeout, 4 x 503, 3 x 500\)$/);
});
