import { RequestFacts } from '../../nodes/ConcurrentHttpRequest/client/RequestFacts';
import { RunStatistics } from '../../nodes/ConcurrentHttpRequest/client/RunStatistics';
import { Distribution } from '../../nodes/ConcurrentHttpRequest/summary/Distribution';
import { RunRecorder } from '../../nodes/ConcurrentHttpRequest/summary/RunRecorder';
import type { HttpRequest } from '../../nodes/ConcurrentHttpRequest/transport/HttpRequest';
import type { Subject } from './measure';

export const title = 'counting a request and its item';

const origin = 'https://api.example.com';
const request = { method: 'GET', url: new URL(origin), headers: {}, secrets: [] };

/** A request each 0.1 ms, which takes 1 to 60 ms. */
function counting(statistics: RunStatistics, recorder?: RunRecorder): (index: number) => unknown {
	statistics.observer = recorder;
	return (index) => {
		const now = index / 10;
		const latency = 1 + ((index * 7919) % 5900) / 100;
		statistics.requestStarted(now, latency);
		const outcome = { kind: 'ok', latency, status: 200 } as const;
		statistics.requestEnded({ origin, outcome, failure: undefined, now });
		statistics.itemSucceeded();
		const facts = new RequestFacts();
		facts.onWire = latency;
		recorder?.itemEnded({
			...{ itemIndex: index, facts: [facts], failure: undefined },
			request: request as unknown as HttpRequest,
		});
		return statistics;
	};
}

const distribution = new Distribution();

export const subjects: Subject[] = [
	{ name: 'without a summary', run: counting(new RunStatistics()) },
	{ name: 'with a summary', run: counting(new RunStatistics(), new RunRecorder(0)) },
	{
		name: 'a duration in a histogram',
		run: (index) => distribution.record(1 + ((index * 7919) % 5900) / 100),
	},
];
