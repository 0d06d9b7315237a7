import pLimit from 'p-limit';

import type { Slot } from './common/Slot';

/** Work that is to be done for each of several inputs, within a limit. */
interface ConcurrentRun<T> {
	/** Started in their order. */
	readonly inputs: Iterable<T>;
	/** The most tasks in progress; a whole number from 1. With 1, tasks strictly follow each other. */
	readonly concurrency: number;
	/** The most tasks that may wait besides; others keep their slots. From 0. */
	readonly maxWaiting?: number;
	/** Does the work for one input. Called when there is a slot, so that nothing is prepared earlier. */
	readonly task: (input: T, slot: Slot) => Promise<void>;
	/** Called before each task: nothing more is started once it returns true. Must not throw. */
	readonly isCancelled?: () => boolean;
	/** Called when the first task fails, before anything else happens. Must not throw. */
	readonly onFailure?: (error: unknown) => void;
}

/**
 * Does a task for each input, so many at a time. The next one starts when one ends. After the first
 * failure no more are started.
 *
 * p-limit bounds the workers, and each worker takes one input after the other: a queue of 100,000 tasks
 * would cost memory, and time for each of them.
 *
 * @throws the first failure, after every task that was in progress has ended
 */
export async function runConcurrently<T>(run: ConcurrentRun<T>): Promise<void> {
	const limit = pLimit(run.concurrency);
	const maxWaiting = run.concurrency === 1 ? 0 : (run.maxWaiting ?? 0);
	const inputs = run.inputs[Symbol.iterator]();
	const workers = new Set<Promise<void>>();
	/** Workers that take inputs. p-limit counts one out only after it has ended, and too many could end at once. */
	let working = 0;
	let isOver = false;
	let failure: { readonly error: unknown } | undefined;

	const addWorker = (): void => {
		const worker = limit(work);
		workers.add(worker);
		void worker.then(() => workers.delete(worker));
	};
	const slot: Slot = {
		releaseDuring(wait) {
			if (limit.concurrency >= run.concurrency + maxWaiting) return;
			limit.concurrency++;
			if (working < limit.concurrency) addWorker();
			const takeBack = () => void limit.concurrency--;
			wait.then(takeBack, takeBack);
		},
	};
	const work = async (): Promise<void> => {
		working++;
		// After a task's wait there may be a worker too many.
		while (working <= limit.concurrency) {
			isOver ||= run.isCancelled?.() === true;
			if (isOver) break;
			try {
				const next = inputs.next();
				if (next.done) isOver = true;
				else await run.task(next.value, slot);
			} catch (error) {
				isOver = true;
				if (failure) continue;
				failure = { error };
				run.onFailure?.(error);
			}
		}
		working--;
	};
	for (let worker = 0; worker < run.concurrency; worker++) addWorker();
	while (workers.size > 0) await Promise.all(workers);
	if (failure) throw failure.error;
}
