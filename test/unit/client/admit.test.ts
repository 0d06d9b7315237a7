import { ServerLimits } from '../../../nodes/ConcurrentHttpRequest/limits/server/ServerLimits.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';
import { TestAdmission } from '../limits/server/TestAdmission.ts';
import { requestTo } from '../transport/requestTo.ts';
import { chainOf, responseTo } from './chain.ts';

it('counts what headers say from their arrival, not from the end of the body', async () => {
	const clock = new VirtualClock();
	const admission = new TestAdmission(clock, 1, [new ServerLimits()]);
	const starts: number[] = [];
	const send = chainOf(
		async (request, call) => {
			starts.push(clock.now());
			call.facts.exchange.untilFirstByte = 10;
			await clock.sleep(5000);
			return responseTo(request, 200, { ratelimit: 'limit=1, remaining=0, reset=20' });
		},
		{ admission, clock },
	);
	const requests = [send(requestTo('http://a.test/')), send(requestTo('http://a.test/'))];
	await clock.run(Promise.all(requests));
	expect(starts).toEqual([0, 20_010]);
});
