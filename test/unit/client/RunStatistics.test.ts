import fc from 'fast-check';

import {
	type EndedRequest,
	RunStatistics,
} from '../../../nodes/ConcurrentHttpRequest/client/RunStatistics.ts';

it('starts at nothing', () => {
	const statistics = new RunStatistics();
	expect(statistics).toMatchObject({ requests: 0, connections: 0, mostInFlight: 0 });
	expect(statistics.failuresByKind()).toEqual([]);
});

/** A request that ended at this time. */
function ended(now: number, latency: number): EndedRequest {
	const outcome = { kind: 'ok', latency, status: 200 } as const;
	return { origin: 'https://api.example.com', outcome, failure: undefined, now };
}

it('counts what is in flight, whatever starts and ends in between', () => {
	const steps = fc.array(fc.constantFrom('start', 'end'), { maxLength: 60, size: 'max' });
	fc.assert(
		fc.property(steps, fc.integer({ min: 1, max: 4 }), (commands, max) => {
			const statistics = new RunStatistics(max);
			let inFlight = 0;
			let started = 0;
			let most = 0;
			let timeAtMax = 0;
			// Each step takes a millisecond.
			for (const [now, command] of commands.entries()) {
				if (command === 'start' && inFlight < max) {
					statistics.requestStarted(now, 0);
					started++;
					most = Math.max(most, ++inFlight);
				} else if (command === 'end' && inFlight > 0) {
					statistics.requestEnded(ended(now, 0));
					inFlight--;
				}
				if (inFlight === max) timeAtMax++;
			}
			expect(statistics).toMatchObject({
				requests: started,
				requestsEnded: started - inFlight,
				inFlight,
				mostInFlight: most,
			});
			expect(statistics.timeAtMaxInFlight(commands.length)).toBe(timeAtMax);
		}),
	);
});

it('adds up the latencies of the requests that have ended', () => {
	const statistics = new RunStatistics();
	for (const latency of [10, 30]) {
		statistics.requestStarted(0, 0);
		statistics.requestEnded(ended(latency, latency));
	}
	expect(statistics.totalLatency).toBe(40);
});

it('counts items by how they ended', () => {
	const statistics = new RunStatistics();
	statistics.itemSucceeded();
	statistics.itemSucceeded();
	statistics.itemFailed('503');
	expect(statistics).toMatchObject({ itemsSucceeded: 2, itemsFailed: 1 });
});

it('counts connections', () => {
	const statistics = new RunStatistics();
	statistics.connectionOpened();
	statistics.connectionOpened();
	expect(statistics.connections).toBe(2);
});

it('lists failures by kind, the most frequent first, then by name', () => {
	const statistics = new RunStatistics();
	for (const kind of ['timeout', '503', '503', '500', 'timeout', '404', '503']) {
		statistics.itemFailed(kind);
	}
	expect(statistics.failuresByKind()).toEqual([
		{ kind: '503', count: 3 },
		{ kind: 'timeout', count: 2 },
		{ kind: '404', count: 1 },
		{ kind: '500', count: 1 },
	]);
});

it('loses no failure and takes each kind for itself, also one named like a method of objects', () => {
	const kinds = fc.array(fc.constantFrom('503', 'timeout', 'constructor', '__proto__'));
	fc.assert(
		fc.property(kinds, (failures) => {
			const statistics = new RunStatistics();
			for (const kind of failures) statistics.itemFailed(kind);
			const counted = statistics.failuresByKind();
			expect(counted.map(({ count }) => count)).toEqual(
				counted.map(({ kind }) => failures.filter((each) => each === kind).length),
			);
			expect(new Set(counted.map(({ kind }) => kind))).toEqual(new Set(failures));
		}),
	);
});
