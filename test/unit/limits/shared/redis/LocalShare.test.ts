import { LocalShares } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/LocalShare';
import { SHARE_KEPT } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/timing';
import { UseLog } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/UseLog';

const ANSWERED = { kind: 'ok', latency: 20 } as const;

function setUp(processes: number) {
	const share = new LocalShares().of('account', 0);
	share.learn(processes);
	const join = (inFlight: number) => {
		const log = new UseLog(1_000);
		const told = jest.fn();
		const holder = { inFlight, uses: new Map([['minute', log]]), shareChanged: told };
		share.join(holder);
		return { log, told, holder };
	};
	return { share, join };
}

it('is one object for a name', () => {
	const shares = new LocalShares();
	expect(shares.of('a', 0)).toBe(shares.of('a', 0));
	expect(shares.of('b', 0)).not.toBe(shares.of('a', 0));
});

it('is the whole limit where no other process is known', () => {
	const { share, join } = setUp(0);
	join(2);
	expect(share.hasSlot(3)).toBe(true);
	expect(share.hasSlot(2)).toBe(false);
});

it('is for all runs of the process together, rounded down', () => {
	const { share, join } = setUp(3);
	join(1);
	join(2);
	expect(share.hasSlot(12)).toBe(true);
	expect(share.hasSlot(11)).toBe(false);
	expect(setUp(3).share.hasSlot(2)).toBe(false);
});

it('says when a budget has room again', () => {
	const { share, join } = setUp(2);
	const [a, b] = [join(0), join(0)];
	a.log.ended(a.log.take(3, 0), ANSWERED, 0);
	b.log.ended(b.log.take(2, 400), ANSWERED, 400);
	expect(share.availableAt('minute', 12, 1, 500)).toBe(500);
	expect(share.availableAt('minute', 10, 1, 500)).toBe(1_000);
	expect(share.availableAt('minute', 10, 3, 500)).toBe(1_000);
	expect(share.availableAt('minute', 10, 5, 1_100)).toBe(1_400);
	expect(share.availableAt('minute', 10, 6, 1_100)).toBe(Infinity);
	expect(share.availableAt('minute', 1, 1, 9_000)).toBe(Infinity);
});

it('waits for what is on its way', () => {
	const { share, join } = setUp(1);
	const { log } = join(0);
	const use = log.take(1, 0);
	expect(share.availableAt('minute', 1, 1, 10)).toBe(Infinity);
	log.ended(use, ANSWERED, 20);
	expect(share.availableAt('minute', 1, 1, 20)).toBe(1_020);
});

it('tells those who stay when one leaves', () => {
	const { share, join } = setUp(1);
	const [a, b] = [join(1), join(1)];
	share.leave(a.holder, 0);
	expect([a.told.mock.calls.length, b.told.mock.calls.length]).toEqual([0, 1]);
	expect(share.hasSlot(2)).toBe(true);
});

it('counts what a run used that has ended', () => {
	const { share, join } = setUp(1);
	const { log, holder } = join(0);
	log.ended(log.take(3, 0), ANSWERED, 0);
	share.leave(holder, 10);
	expect(share.availableAt('minute', 3, 1, 10)).toBe(1_000);
	expect(share.availableAt('minute', 3, 1, 1_000)).toBe(1_000);
});

it('forgets names that nobody uses, when what they hold has expired', () => {
	const shares = new LocalShares();
	const holder = () => {
		const log = new UseLog(100 * SHARE_KEPT);
		return { log, inFlight: 0, uses: new Map([['days', log]]), shareChanged: () => {} };
	};
	for (let number = 0; number < 1_000; number++) {
		const share = shares.of(`run ${number}`, 0);
		const run = holder();
		share.join(run);
		share.learn(3);
		if (number === 1) run.log.ended(run.log.take(1, 0), ANSWERED, 0);
		if (number !== 2) share.leave(run, 0);
	}
	expect(shares.size).toBe(1_000);
	// One has used something of a long window, another is still in use, and one is new.
	const fresh = shares.of('new', SHARE_KEPT);
	expect(shares.size).toBe(3);
	// It may have been forgotten: then it is shared by as many processes as before.
	expect(fresh.hasSlot(3)).toBe(true);
	expect(fresh.hasSlot(2)).toBe(false);
	shares.of('newer', 101 * SHARE_KEPT);
	expect(shares.size).toBe(2);
});
