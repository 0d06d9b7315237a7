import { RedisMemory } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/RedisMemory';
import { UsageLog } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/UsageLog';

const OK = { kind: 'ok', latency: 20 } as const;

function setUp(processes: number) {
	const share = new RedisMemory().shareOf('account', 0);
	share.processes = processes;
	const join = (inFlight: number) => {
		const log = new UsageLog(1_000);
		const told = jest.fn();
		const run = { inFlight, usage: new Map([['minute', log]]), shareChanged: told };
		share.join(run);
		return { log, told, run };
	};
	return { share, join };
}

it('is one object for a name', () => {
	const memory = new RedisMemory();
	expect(memory.shareOf('a', 0)).toBe(memory.shareOf('a', 0));
	expect(memory.shareOf('b', 0)).not.toBe(memory.shareOf('a', 0));
});

it('is the whole limit where no other process is known', () => {
	const { share, join } = setUp(1);
	join(2);
	expect(share.hasSlot(3)).toBe(true);
	expect(share.hasSlot(2)).toBe(false);
});

it('holds for all runs of the process together, rounded down', () => {
	const { share, join } = setUp(3);
	join(1);
	join(2);
	expect(share.hasSlot(12)).toBe(true);
	expect(share.hasSlot(11)).toBe(false);
	expect(setUp(3).share.hasSlot(2)).toBe(false);
});

it('says when a rate limit has room again', () => {
	const { share, join } = setUp(2);
	const [a, b] = [join(0), join(0)];
	a.log.take(3, 0).ended(OK, 0);
	b.log.take(2, 400).ended(OK, 400);
	expect(share.availableAt('minute', 12, 1, 500)).toBe(500);
	expect(share.availableAt('minute', 10, 1, 500)).toBe(1_000);
	expect(share.availableAt('minute', 10, 3, 500)).toBe(1_000);
	expect(share.availableAt('minute', 10, 5, 1_100)).toBe(1_400);
	expect(share.availableAt('minute', 10, 6, 1_100)).toBe(Infinity);
	expect(share.availableAt('minute', 1, 1, 9_000)).toBe(Infinity);
});

it('waits for requests that are on their way', () => {
	const { share, join } = setUp(1);
	const { log } = join(0);
	const use = log.take(1, 0);
	expect(share.availableAt('minute', 1, 1, 10)).toBe(Infinity);
	use.ended(OK, 20);
	expect(share.availableAt('minute', 1, 1, 20)).toBe(1_020);
});

it('notifies the other runs when one leaves', () => {
	const { share, join } = setUp(1);
	const [a, b] = [join(1), join(1)];
	share.leave(a.run, 0);
	expect([a.told.mock.calls.length, b.told.mock.calls.length]).toEqual([0, 1]);
	expect(share.hasSlot(2)).toBe(true);
});

it('counts what a run has used that has ended', () => {
	const { share, join } = setUp(1);
	const { log, run } = join(0);
	log.take(3, 0).ended(OK, 0);
	share.leave(run, 10);
	expect(share.availableAt('minute', 3, 1, 10)).toBe(1_000);
	expect(share.availableAt('minute', 3, 1, 1_000)).toBe(1_000);
});

it('looks at one log for all runs that have ended', () => {
	const { share, join } = setUp(1);
	for (let time = 0; time < 100; time++) {
		const { log, run } = join(0);
		log.take(1, time).ended(OK, time);
		share.leave(run, time);
	}
	const total = jest.spyOn(UsageLog.prototype, 'total');
	expect(share.availableAt('minute', 200, 100, 100)).toBe(100);
	// A place is free again up to 1/200 of the interval late.
	expect(share.availableAt('minute', 100, 1, 100)).toBe(1_000);
	expect(share.availableAt('minute', 100, 2, 100)).toBe(1_005);
	expect(total.mock.calls.length).toBeLessThan(20);
	total.mockRestore();
});

it('forgets unused names beyond 1,000, once their usage has expired', () => {
	const memory = new RedisMemory();
	for (let number = 0; number < 1_000; number++) {
		const share = memory.shareOf(`name ${number}`, 0);
		const log = new UsageLog(1_000);
		const run = { inFlight: 0, usage: new Map([['second', log]]), shareChanged: () => {} };
		share.join(run);
		if (number === 1) log.take(1, 500).ended(OK, 500);
		if (number !== 2) share.leave(run, 0);
	}
	expect(memory.size).toBe(1_000);
	// One has used something that still counts, another is still in use, and one is new.
	memory.shareOf('new', 1_000);
	expect(memory.size).toBe(3);
});
