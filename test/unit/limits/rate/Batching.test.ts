import { Admission } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import { Batching } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/Batching';
import { VirtualClock } from '../../../support/VirtualClock';

it('pauses after every so many requests, as HTTP Request does', async () => {
	const clock = new VirtualClock();
	const admission = new Admission({ limits: [new Batching(3, 500)], clock });
	const starts: number[] = [];
	const send = async () => {
		await admission.acquire({ origin: 'https://a.test' });
		starts.push(clock.now());
	};
	await clock.run(Promise.all(Array.from({ length: 8 }, send)));
	expect(starts).toEqual([0, 0, 0, 500, 500, 500, 1000, 1000]);
	expect(admission.waited()).toEqual([
		{ label: 'the pauses of 500 ms between batches of 3', duration: 1000 },
	]);
});

it('counts the pause from the last request of the batch', () => {
	const batching = new Batching(2, 500);
	const request = { origin: 'https://a.test' };
	batching.take(request, 0);
	expect(batching.availableAt(request, 1)).toBe(1);
	batching.take(request, 300);
	expect(batching.availableAt(request, 301)).toBe(800);
	expect(batching.availableAt(request, 900)).toBe(900);
});

it('does not count what follows a redirect', () => {
	const batching = new Batching(1, 500);
	const request = { origin: 'https://a.test' };
	const redirected = { ...request, firstStartedAt: 0 };
	batching.take(redirected, 0);
	expect(batching.availableAt(request, 0)).toBe(0);
	batching.take(request, 0);
	expect(batching.availableAt(redirected, 1)).toBe(1);
	expect(batching.availableAt(request, 1)).toBe(500);
});
