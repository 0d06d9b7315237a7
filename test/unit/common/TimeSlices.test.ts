import { TimeSlices } from '../../../nodes/ConcurrentHttpRequest/common/TimeSlices.ts';

let now = 0;
let turn = 0;
let counting: NodeJS.Immediate;

const count = (): void => {
	turn++;
	counting = setImmediate(count);
};

beforeEach(() => {
	now = 0;
	turn = 0;
	counting = setImmediate(count);
});

afterEach(() => clearImmediate(counting));

/** Pieces of work, each so many milliseconds long; in which turn each was done, in their order. */
async function turnsOf(
	durations: readonly number[],
	slices = new TimeSlices({ now: () => now }),
): Promise<number[]> {
	const turns: number[] = [];
	const order: number[] = [];
	await Promise.all(
		durations.map(async (duration, index) => {
			const slice = slices.next();
			if (slice) await slice;
			now += duration;
			order.push(index);
			turns[index] = turn;
		}),
	);
	expect(order).toEqual([...durations.keys()]);
	return turns;
}

it('does at once what fits into a slice, without waiting', async () => {
	expect(new TimeSlices({ now: () => now }).next()).toBeUndefined();
	expect(await turnsOf(Array<number>(1_000).fill(0.009))).toEqual(Array<number>(1_000).fill(0));
});

it('defers what does not fit, in order, a slice for each turn', async () => {
	const turns = await turnsOf(Array<number>(100).fill(3));
	const each = Map.groupBy(turns, (at) => at);
	// Three fill 9 ms of 10, and one more may begin.
	expect([...each.values()].map(({ length }) => length)).toEqual(Array<number>(25).fill(4));
});

it('does one piece in each turn where each is longer than a slice', async () => {
	const turns = await turnsOf(Array<number>(20).fill(50));
	expect(new Set(turns).size).toBe(20);
});

it('waits for earlier work, however many promises it takes', async () => {
	const slices = new TimeSlices({ now: () => now });
	const turns: number[] = [];
	const work = async (): Promise<void> => {
		await slices.queued();
		for (let hop = 0; hop < 20; hop++) await Promise.resolve();
		now += 3;
		turns.push(turn);
	};
	await Promise.all(Array.from({ length: 40 }, work));
	const each = Map.groupBy(turns, (at) => at);
	expect([...each.values()].map(({ length }) => length)).toEqual(Array<number>(10).fill(4));
});

it('lets no work pass other work that waits', async () => {
	const slices = new TimeSlices({ now: () => now });
	const log: string[] = [];
	now = 0;
	expect(slices.next()).toBeUndefined();
	now = 11;
	const waiting = ['a', 'b'].map(async (name) => {
		const slice = slices.next();
		if (slice) await slice;
		log.push(name);
	});
	// Before the turn ends, and with a clock that would have time again.
	now = 0;
	const last = slices.next();
	expect(last).toBeDefined();
	await Promise.all([...waiting, last?.then(() => log.push('c'))]);
	expect(log).toEqual(['a', 'b', 'c']);
});

it('begins anew in each turn', async () => {
	const slices = new TimeSlices({ now: () => now });
	expect(await turnsOf([20], slices)).toEqual([0]);
	await new Promise(setImmediate);
	await new Promise(setImmediate);
	expect(slices.next()).toBeUndefined();
});
