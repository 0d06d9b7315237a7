import { SkippedItem, StopAfter } from '../../../nodes/ConcurrentHttpRequest/client/StopAfter.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';

const failures = (failedItems: number) =>
	new StopAfter({ after: 'failedItems', failedItems }, new VirtualClock());
const share = (failedShare: number, minimumItems: number) =>
	new StopAfter({ after: 'failedShare', failedShare, minimumItems }, new VirtualClock());

const end = (stopAfter: StopAfter, ...failed: boolean[]) => {
	for (const each of failed) stopAfter.itemEnded(each);
};

describe('a number of failed items', () => {
	it('stops the run at the last of them', () => {
		const stopAfter = failures(3);
		end(stopAfter, true, false, true, false);
		expect(stopAfter.signal.aborted).toBe(false);
		expect(stopAfter.stoppedAfter).toBeUndefined();
		end(stopAfter, true);
		expect(stopAfter.signal.reason).toBeInstanceOf(SkippedItem);
		expect(stopAfter.signal.reason).toMatchObject({
			message: 'Not tried: the run stopped after 3 of 5 items had failed',
			why: 'the run stopped after 3 of 5 items had failed',
			hint: 'Correct what failed, and run the workflow for the rest.',
		});
		expect(stopAfter.stoppedAfter).toBe('3 of 5 items had failed');
	});

	it('keeps its reason', () => {
		const stopAfter = failures(1);
		end(stopAfter, true);
		expect(stopAfter.stoppedAfter).toBe('1 of 1 item had failed');
		const reason: unknown = stopAfter.signal.reason;
		end(stopAfter, true, true);
		expect(stopAfter.signal.reason).toBe(reason);
	});
});

describe('a share of failed items', () => {
	it('counts only after enough items', () => {
		const stopAfter = share(0.5, 10);
		end(stopAfter, ...Array<boolean>(9).fill(true));
		expect(stopAfter.signal.aborted).toBe(false);
		end(stopAfter, true);
		expect(stopAfter.signal.aborted).toBe(true);
	});

	it('stops the run when it is reached', () => {
		const stopAfter = share(0.5, 4);
		end(stopAfter, false, false, false, true, true);
		expect(stopAfter.signal.aborted).toBe(false);
		end(stopAfter, true);
		expect(stopAfter.stoppedAfter).toBe('3 of 6 items had failed');
	});
});

describe('a time', () => {
	it('stops the run when it is over, whatever fails before', async () => {
		const clock = new VirtualClock(1000);
		const stopAfter = new StopAfter({ after: 'time', time: 300_000 }, clock);
		stopAfter.begin();
		await clock.advanceBy(299_999);
		end(stopAfter, ...Array<boolean>(100).fill(true));
		expect(stopAfter.signal.aborted).toBe(false);
		await clock.advanceBy(1);
		expect(stopAfter.stoppedAfter).toBe('5 min');
		expect(String(stopAfter.signal.reason)).toBe(
			'SkippedItem: Not tried: the run stopped after 5 min',
		);
		expect(clock.alarms).toBe(0);
	});

	it('leaves no timer behind when the run ends before', () => {
		const clock = new VirtualClock();
		const stopAfter = new StopAfter({ after: 'time', time: 1000 }, clock);
		expect(clock.alarms).toBe(0);
		stopAfter.begin();
		expect(clock.alarms).toBe(1);
		stopAfter.close();
		expect(clock.alarms).toBe(0);
	});
});
