import fc from 'fast-check';

import { RunStatistics } from '../../../nodes/ConcurrentHttpRequest/client/RunStatistics.ts';

it('starts at nothing', () => {
	const statistics = new RunStatistics();
	expect(statistics).toMatchObject({ requests: 0, connections: 0, mostInFlight: 0 });
	expect(statistics.failuresByKind()).toEqual([]);
});

it('counts what is in flight, whatever starts and ends in between', () => {
	const steps = fc.array(fc.constantFrom('start', 'end'), { maxLength: 60 });
	fc.assert(
		fc.property(steps, (commands) => {
			const statistics = new RunStatistics();
			let inFlight = 0;
			let started = 0;
			let most = 0;
			for (const command of commands) {
				if (command === 'start') {
					statistics.requestStarted();
					started++;
					most = Math.max(most, ++inFlight);
				} else if (inFlight > 0) {
					statistics.requestEnded();
					inFlight--;
				}
			}
			expect(statistics).toMatchObject({ requests: started, mostInFlight: most });
		}),
	);
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
