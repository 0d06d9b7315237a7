import { StartedRequests } from '../../../../nodes/ConcurrentHttpRequest/limits/server/StartedRequests.ts';

function setUp() {
	const late: unknown[] = [];
	const requests = new StartedRequests(({ startedAt }, time) => late.push([startedAt, time]));
	const uncounted = (after: number, now: number) => [
		requests.uncountedSince(after, now),
		requests.oneLessAt(after, now),
	];
	return { late, requests, uncounted };
}

it('treats requests as uncounted until they end, or for two seconds', () => {
	const { late, requests, uncounted } = setUp();
	const [first, second] = [requests.start(0, 0), requests.start(500, 0)];
	expect(uncounted(0, 600)).toEqual([2, 2000]);
	requests.end(first, 700);
	expect(uncounted(0, 700)).toEqual([1, 2500]);
	expect(uncounted(0, 2500)).toEqual([0, Infinity]);
	requests.end(second, 9000);
	expect(uncounted(0, 9000)).toEqual([0, Infinity]);
	expect(late).toEqual([[500, 2500]]);
});

it('tells how many there are since a given one', () => {
	const { requests, uncounted } = setUp();
	const before = requests.start(0, 0);
	expect(uncounted(1, 100)).toEqual([0, Infinity]);
	const after = requests.start(200, 0);
	requests.end(before, 300);
	expect(uncounted(1, 300)).toEqual([1, 2200]);
	requests.end(after, 400);
	expect(uncounted(1, 400)).toEqual([0, Infinity]);
});

it('says of each request what had been started and counted before it', () => {
	const { requests } = setUp();
	requests.start(0, 0);
	requests.end(requests.start(10, 0), 20);
	expect(requests.start(30, 7)).toMatchObject({ number: 3, countedBefore: 1, silentBefore: 7 });
});
