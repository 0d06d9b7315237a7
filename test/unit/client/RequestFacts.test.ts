import { RequestFacts } from '../../../nodes/ConcurrentHttpRequest/client/RequestFacts.ts';
import {
	RETRY_WHEN_ASKED,
	type RetryRules,
} from '../../../nodes/ConcurrentHttpRequest/client/retry/RetryPolicy.ts';
import { ServerLimits } from '../../../nodes/ConcurrentHttpRequest/limits/server/ServerLimits.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';
import { TestAdmission } from '../limits/server/TestAdmission.ts';
import { requestTo } from '../transport/requestTo.ts';
import { chainOf, responseTo } from './chain.ts';

const RULES: RetryRules = {
	...RETRY_WHEN_ASKED,
	statuses: new Set([429, 503]),
	networkFailures: true,
	timeouts: true,
	maxTries: 3,
	backoff: { base: 1000, cap: 1000 },
	totalTime: 60_000,
};

/** How an exchange of 100 ms ends: a status with headers, or a failure. */
type End = [status: number, headers?: Record<string, string>] | TransportFailure;

function setUp(ends: End[], concurrency = 1) {
	const clock = new VirtualClock();
	let sent = 0;
	const send = chainOf(
		async (request) => {
			const end = ends[sent++] ?? [200];
			await clock.sleep(100);
			if (end instanceof TransportFailure) throw end;
			return responseTo(request, ...end);
		},
		{
			clock,
			admission: new TestAdmission(clock, concurrency, [new ServerLimits()]),
			rules: RULES,
		},
	);
	const run = async (facts: RequestFacts) => {
		await send(requestTo('https://api.example.com/'), { facts }).catch(() => {});
		const { tries, waited, onWire, total, refusedWith } = facts;
		expect(total).toBe(waited + onWire);
		return { tries, waited, onWire, refusedWith };
	};
	return { clock, run };
}

const factsOf = async (...ends: End[]) => {
	const { clock, run } = setUp(ends);
	return await clock.run(run(new RequestFacts()));
};

it('tells of one try that nothing held back', async () => {
	expect(await factsOf([200])).toEqual({ tries: 1, waited: 0, onWire: 100, refusedWith: [] });
});

it('tells why each earlier try was repeated, and how long the request waited for the next', async () => {
	const failure = new TransportFailure('timeout', 'late');
	expect(await factsOf([503], failure, [200])).toEqual({
		tries: 3,
		// Half of the backoff of a second, twice.
		waited: 1000,
		onWire: 300,
		refusedWith: ['503', 'timeout'],
	});
});

it('tells the same where the last try fails as well', async () => {
	const failure = new TransportFailure('connection reset', 'gone');
	expect(await factsOf([503], [503], failure)).toMatchObject({
		tries: 3,
		refusedWith: ['503', '503'],
	});
});

it('counts waits for a permit and for the time that the server names', async () => {
	const { clock, run } = setUp([[429, { 'retry-after': '2' }]]);
	const [first, second] = await clock.run(
		Promise.all([run(new RequestFacts()), run(new RequestFacts())]),
	);
	// The server's two seconds, and then the other one's exchange.
	expect(first).toEqual({ tries: 2, waited: 2100, onWire: 200, refusedWith: ['429'] });
	// The other one's first exchange, and the server's two seconds.
	expect(second).toEqual({ tries: 1, waited: 2100, onWire: 100, refusedWith: [] });
});

it('counts a redirect as part of its try, and the wait before it', async () => {
	const location = 'https://b.example.com/';
	expect(await factsOf([302, { location, 'retry-after': '3' }], [200])).toEqual({
		tries: 1,
		waited: 3000,
		onWire: 200,
		refusedWith: [],
	});
});

it('counts no try that the server has not looked at', async () => {
	const failure = new TransportFailure('connection reset', 'refused');
	failure.isUnprocessed = true;
	expect(await factsOf(failure, [200])).toMatchObject({ tries: 1, onWire: 200 });
});
