import fc from 'fast-check';

import { RunStatistics } from '../../../nodes/ConcurrentHttpRequest/engine/RunStatistics.ts';

it('starts at nothing', () => {
	const statistics = new RunStatistics();
	expect(statistics).toMatchObject({ requests: 0, connections: 0, mostInFlight: 0 });
	expect(statistics.failuresByKind()).toEqual([]);
});

it('counts what is in flight, whatever starts, ends and fails in between', async () => {
	const steps = fc.array(fc.constantFrom('start', 'end', 'fail'), { maxLength: 60 });
	await fc.assert(
		fc.asyncProperty(steps, async (commands) => {
			const statistics = new RunStatistics();
			const flights: Array<{
				request: Promise<string>;
				end: (v: string) => void;
				fail: (e: Error) => void;
			}> = [];
			let started = 0;
			let most = 0;
			for (const command of commands) {
				if (command === 'start') {
					const { promise, resolve, reject } = Promise.withResolvers<string>();
					const request = statistics.request(() => promise);
					flights.push({ request, end: resolve, fail: reject });
					started++;
					most = Math.max(most, flights.length);
				} else {
					const flight = flights.shift();
					if (command === 'end') flight?.end('answer');
					else flight?.fail(new Error('no answer'));
					const result = await flight?.request.catch((error: Error) => error.message);
					expect([undefined, command === 'end' ? 'answer' : 'no answer']).toContain(result);
				}
			}
			expect(statistics).toMatchObject({ requests: started, mostInFlight: most });
		}),
	);
});

it('counts a request that fails before it is sent', async () => {
	const statistics = new RunStatistics();
	const request = statistics.request(() => {
		throw new Error('at once');
	});
	await expect(request).rejects.toThrow('at once');
	await statistics.request(async () => {});
	expect(statistics).toMatchObject({ requests: 2, mostInFlight: 1 });
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
