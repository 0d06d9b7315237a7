import fc from 'fast-check';

import type { Slot } from '../../nodes/ConcurrentHttpRequest/common/Slot.ts';
import { runConcurrently } from '../../nodes/ConcurrentHttpRequest/runConcurrently.ts';
import { settled } from './limits/settled.ts';

const concurrencies = fc.integer({ min: 1, max: 12 });
const counts = fc.integer({ min: 0, max: 40 });

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Tasks that go on only when told, and a log of what happened to them. */
class Work {
	readonly started: number[] = [];
	readonly ended: number[] = [];
	mostActive = 0;
	private readonly waiting = new Map<number, { end: () => void; fail: (error: Error) => void }>();

	readonly task = async (input: number): Promise<void> => {
		this.started.push(input);
		this.mostActive = Math.max(this.mostActive, this.active.length);
		try {
			await new Promise<void>((end, fail) => this.waiting.set(input, { end, fail }));
		} finally {
			this.ended.push(input);
		}
	};

	/** Inputs in progress, in order of their start. */
	get active(): number[] {
		return this.started.filter((input) => !this.ended.includes(input));
	}

	async end(input: number | undefined): Promise<void> {
		this.waiting.get(input!)!.end();
		await settled();
	}

	async fail(input: number | undefined): Promise<void> {
		this.waiting.get(input!)!.fail(new Error(`failure of ${input}`));
		await settled();
	}
}

/** Which of the tasks in progress ends next: any order that a network can think of. */
const choices = fc.infiniteStream(fc.nat());
const choose = (from: number[], choice: fc.Stream<number>) =>
	from[(choice.next().value as number) % from.length];

describe('tasks in progress', () => {
	it('do each input once, in order, always as many as may be in progress', async () => {
		await fc.assert(
			fc.asyncProperty(concurrencies, counts, choices, async (concurrency, count, choice) => {
				const work = new Work();
				const run = runConcurrently({ inputs: numbers(count), concurrency, task: work.task });
				await settled();
				for (let ended = 0; ended < count; ended++) {
					expect(work.active).toHaveLength(Math.min(concurrency, count - ended));
					await work.end(choose(work.active, choice));
				}
				await run;
				expect(work.started).toEqual(numbers(count));
				expect(work.mostActive).toBe(Math.min(concurrency, count));
			}),
		);
	});

	it('follow each other at a concurrency of 1', async () => {
		const log: string[] = [];
		await runConcurrently({
			inputs: ['a', 'b', 'c'],
			concurrency: 1,
			task: async (input) => {
				log.push(`${input} starts`);
				await settled();
				log.push(`${input} ends`);
			},
		});
		expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
	});

	it('are none where there are no inputs', async () => {
		const task = jest.fn();
		await runConcurrently({ inputs: [], concurrency: 3, task });
		expect(task).not.toHaveBeenCalled();
	});

	it('may end or throw without waiting', async () => {
		const started: number[] = [];
		const run = runConcurrently({
			inputs: numbers(5),
			concurrency: 2,
			task: (input) => {
				started.push(input);
				if (input === 3) throw new Error('at once');
				return Promise.resolve();
			},
		});
		await expect(run).rejects.toThrow('at once');
		expect(started).toEqual([0, 1, 2, 3]);
	});

	it('take 100,000 inputs one by one, and none before its turn', async () => {
		const concurrency = 50;
		const count = 100_000;
		let taken = 0;
		let ended = 0;
		let mostHeld = 0;
		function* inputs() {
			while (taken < count) {
				taken++;
				mostHeld = Math.max(mostHeld, taken - ended);
				yield taken;
			}
		}
		const task = async () => {
			await Promise.resolve();
			ended++;
		};
		await runConcurrently({ inputs: inputs(), concurrency, task });
		expect(ended).toBe(count);
		expect(mostHeld).toBeLessThanOrEqual(concurrency);
	});
});

describe('a failure', () => {
	it('stops the rest from being started, and is thrown when all in progress have ended', async () => {
		await fc.assert(
			fc.asyncProperty(
				concurrencies,
				fc.integer({ min: 1, max: 40 }),
				choices,
				fc.nat({ max: 20 }),
				async (concurrency, count, choice, before) => {
					const work = new Work();
					const onFailure = jest.fn();
					let thrown: unknown;
					const run = runConcurrently({
						inputs: numbers(count),
						concurrency,
						task: work.task,
						onFailure,
					}).catch((error: unknown) => {
						thrown = error;
					});
					await settled();
					for (let ended = 0; ended < Math.min(before, count - 1); ended++) {
						await work.end(choose(work.active, choice));
					}
					const failing = choose(work.active, choice);
					const started = [...work.started];
					await work.fail(failing);
					expect(onFailure.mock.calls).toEqual([[new Error(`failure of ${failing}`)]]);

					while (work.active.length > 0) {
						expect(thrown).toBeUndefined();
						// Those that end later may well fail too; the first failure is what counts.
						await work.fail(choose(work.active, choice));
					}
					await run;
					expect(thrown).toEqual(new Error(`failure of ${failing}`));
					expect(work.started).toEqual(started);
					expect(onFailure).toHaveBeenCalledTimes(1);
				},
			),
		);
	});

	it('is reported before anything that follows from it', async () => {
		const log: string[] = [];
		const run = runConcurrently({
			inputs: numbers(3),
			concurrency: 1,
			isCancelled: () => {
				log.push('next?');
				return false;
			},
			task: async () => {
				throw new Error('no');
			},
			onFailure: () => log.push('failure'),
		});
		await expect(run).rejects.toThrow('no');
		expect(log).toEqual(['next?', 'failure']);
	});

	it('may be any value, also undefined', async () => {
		const run = runConcurrently({
			inputs: numbers(3),
			concurrency: 2,
			task: async () => await Promise.reject<void>(undefined as unknown as Error),
		});
		await expect(run).rejects.toBeUndefined();
	});

	it.each([1, 3])('of the inputs themselves ends the run, too: the one at %i', async (failing) => {
		function* inputs() {
			for (const input of numbers(5)) {
				if (input === failing) throw new Error('no more inputs');
				yield input;
			}
		}
		const run = runConcurrently({ inputs: inputs(), concurrency: 2, task: settled });
		const ended = run.then(
			() => 'done',
			(error: Error) => error.message,
		);
		const stuck = (async () => {
			for (let turn = 0; turn < 50; turn++) await settled();
			return 'still running';
		})();
		expect(await Promise.race([ended, stuck])).toBe('no more inputs');
	});
});

describe('cancelling', () => {
	it('starts nothing more, and ends the run when all in progress have ended', async () => {
		await fc.assert(
			fc.asyncProperty(
				concurrencies,
				counts,
				choices,
				fc.nat({ max: 40 }),
				async (concurrency, count, choice, before) => {
					const work = new Work();
					let isCancelled = false;
					let isOver = false;
					const run = runConcurrently({
						inputs: numbers(count),
						concurrency,
						task: work.task,
						isCancelled: () => isCancelled,
					}).then(() => {
						isOver = true;
					});
					await settled();
					for (let ended = 0; ended < Math.min(before, count); ended++) {
						await work.end(choose(work.active, choice));
					}
					isCancelled = true;
					const started = [...work.started];
					while (work.active.length > 0) {
						expect(isOver).toBe(false);
						await work.end(choose(work.active, choice));
					}
					await run;
					expect(work.started).toEqual(started);
				},
			),
		);
	});

	it('before the start does nothing at all', async () => {
		const task = jest.fn();
		const inputs = numbers(100_000).values();
		await runConcurrently({ inputs, concurrency: 10, task, isCancelled: () => true });
		expect(task).not.toHaveBeenCalled();
		// Nor are the inputs gone through only to be left out.
		expect(inputs.next().value).toBe(0);
	});
});

describe('a task that waits', () => {
	/** Tasks that wait, each until it is told to go on, and then work until told to end. */
	class Waiting extends Work {
		private readonly waits = new Map<number, () => void>();

		readonly waitingTask = async (input: number, slot: Slot): Promise<void> => {
			const wait = new Promise<void>((resolve) => this.waits.set(input, resolve));
			slot.releaseDuring(wait);
			await Promise.all([wait, this.task(input)]);
		};

		async goOn(input: number): Promise<void> {
			this.waits.get(input)!();
			await settled();
		}
	}

	it('lets another one start, until as many wait as may', async () => {
		const work = new Waiting();
		const run = runConcurrently({
			inputs: numbers(20),
			concurrency: 3,
			maxWaiting: 4,
			task: work.waitingTask,
		});
		await settled();
		expect(work.active).toEqual(numbers(7));

		// Back at work, it fills a place again: nothing starts in its stead.
		await work.goOn(0);
		expect(work.active).toEqual(numbers(7));
		await work.end(0);
		expect(work.active).toEqual([1, 2, 3, 4, 5, 6]);
		await work.goOn(1);
		await work.end(1);
		await work.goOn(2);
		await work.end(2);
		for (let input = 3; input < 20; input++) {
			await work.goOn(input);
			await work.end(input);
		}
		await run;
		expect(work.started).toEqual(numbers(20));
	});

	it('keeps its slot at a concurrency of 1', async () => {
		const work = new Waiting();
		const run = runConcurrently({
			inputs: numbers(3),
			concurrency: 1,
			maxWaiting: 10,
			task: work.waitingTask,
		});
		await settled();
		for (const input of numbers(3)) {
			expect(work.active).toEqual([input]);
			await work.goOn(input);
			await work.end(input);
		}
		await run;
		expect(work.mostActive).toBe(1);
	});

	it('leaves none out where all waits end at once', async () => {
		const started: number[] = [];
		const gate = Promise.withResolvers<void>();
		const run = runConcurrently({
			inputs: numbers(20),
			concurrency: 2,
			maxWaiting: 4,
			task: async (input, slot) => {
				started.push(input);
				if (input >= 6) return;
				slot.releaseDuring(gate.promise);
				await gate.promise;
			},
		});
		await settled();
		gate.resolve();
		await run;
		expect(started).toEqual(numbers(20));
	});

	it('may be rejected without harm to the others', async () => {
		let active = 0;
		let most = 0;
		await runConcurrently({
			inputs: numbers(50),
			concurrency: 2,
			maxWaiting: 3,
			task: async (_input, slot) => {
				const wait = Promise.reject<void>(new Error('stopped'));
				slot.releaseDuring(wait);
				await wait.catch(() => undefined);
				await settled();
				active++;
				most = Math.max(most, active);
				await settled();
				active--;
			},
		});
		expect(most).toBeGreaterThanOrEqual(2);
		expect(active).toBe(0);
	});
});
