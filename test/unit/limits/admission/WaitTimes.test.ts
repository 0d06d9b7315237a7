import { describeWaits } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/WaitTimes';

it('says what a run waited for, except for waits of less than half a second', () => {
	const waits = [
		{ label: 'the limit of 100 requests a minute', duration: 12_000 },
		{ label: 'Max Concurrency per Host', duration: 20 },
	];
	expect(describeWaits(waits)).toEqual(['Waited 12 s for the limit of 100 requests a minute']);
});
