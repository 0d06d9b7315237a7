import { describeWaits } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/WaitTimes';

it('says what a run waited for, except for waits of less than half a second', () => {
	const waits = [
		{ label: 'the quota of 100 requests a minute', duration: 12_000 },
		{ label: 'the concurrency per host', duration: 20 },
	];
	expect(describeWaits(waits)).toEqual(['waited 12 s for the quota of 100 requests a minute']);
});
