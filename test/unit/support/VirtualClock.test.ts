import fc from 'fast-check';

import { VirtualClock } from '../../support/VirtualClock.ts';

it('lets alarms go off in order of time, then of setting, at their time', async () => {
	const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60, size: 'max' });
	await fc.assert(
		fc.asyncProperty(times, async (alarms) => {
			const clock = new VirtualClock();
			const rung: Array<[time: number, index: number]> = [];
			for (const [index, time] of alarms.entries()) {
				clock.at(time, () => rung.push([clock.now(), index]));
			}
			await clock.runOut();
			const expected = alarms
				.map((time, index): [number, number] => [time, index])
				.sort(([a, i], [b, j]) => a - b || i - j);
			expect(rung).toEqual(expected);
			expect(clock.alarms).toBe(0);
		}),
		{ numRuns: 50 },
	);
});

it('never calls synchronously, nor before time passes', async () => {
	const clock = new VirtualClock(5);
	const called = jest.fn();
	clock.at(0, called);
	expect(called).not.toHaveBeenCalled();
	await clock.advanceBy(0);
	expect(called).toHaveBeenCalledTimes(1);
	expect(clock.now()).toBe(5);
});

it('forgets an alarm that was ended', async () => {
	const clock = new VirtualClock();
	const called = jest.fn();
	const end = clock.at(1, called);
	end();
	end();
	expect(clock.alarms).toBe(0);
	await clock.advanceTo(2);
	expect(called).not.toHaveBeenCalled();
});

it('lets promises go on between two alarms', async () => {
	const clock = new VirtualClock();
	const seen: number[] = [];
	const work = async () => {
		for (let turn = 0; turn < 3; turn++) {
			await clock.sleep(10);
			seen.push(clock.now());
		}
		return 'done';
	};
	expect(await clock.run(work())).toBe('done');
	expect(seen).toEqual([10, 20, 30]);
});

it('says so when work can never end', async () => {
	const clock = new VirtualClock();
	await expect(clock.run(new Promise(() => {}))).rejects.toThrow('Nothing goes on any more at 0');
});
