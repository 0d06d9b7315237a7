import { limitsOfRun } from '../../../../../nodes/ConcurrentHttpRequest/limits/createLimits';
import type { Call } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/exchange';
import { LocalShares } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/LocalShare';
import { RedisShares } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/RedisShares';
import { VirtualClock } from '../../../../support/VirtualClock';

it('gives a run its part of each limit that it shares, under names of its own', async () => {
	const clock = new VirtualClock();
	const calls: Array<{ key: string; call: Call }> = [];
	const failures: string[] = [];
	let names = 0;
	const registry = new RedisShares({
		store: {
			run: async (_script, keys, args) => {
				calls.push({ key: keys[0]!, call: JSON.parse(args[0]!) as Call });
				throw new Error('NOPERM no rights');
			},
			subscribe: () => () => {},
		},
		clock,
		random: () => 0,
		whenAway: 'wait',
		process: 'process',
		shares: new LocalShares(),
		newName: () => `run ${++names}`,
		onFailure: ({ message }) => failures.push(message),
	});
	const shared = ['name:a', 'name:b'].map((key) => ({ key, concurrency: 2, budgets: [] }));
	const { limits, leave } = limitsOfRun({ budgets: [], shared }, registry);
	const ask = { origin: 'https://api.test' };
	expect(limits.map((limit) => limit.availableAt(ask, 0))).toEqual([Infinity, Infinity]);
	await clock.advanceBy(1);
	expect(calls.map(({ key, call }) => [key, call.member])).toEqual([
		['n8n-concurrent-http:{name%3Aa}:state', 'run 1'],
		['n8n-concurrent-http:{name%3Ab}:state', 'run 2'],
	]);
	expect(failures[0]).toMatch(/"name:a" are shared, refused: NOPERM/);
	leave();
	await clock.advanceBy(5_000);
	expect(calls.filter(({ call }) => call.leave)).toHaveLength(2);
	expect(clock.alarms).toBe(0);
});
