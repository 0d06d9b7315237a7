import pLimit from 'p-limit';

/** What a task may tell the window that it is in. */
export interface Place {
	/**
	 * The task waits for something else than its own work, such as a quota or its next try. Until
	 * then another one takes its place, so that one slow account does not keep everything waiting.
	 *
	 * @param wait must not be ended by what other tasks do next, else they may wait for each other
	 */
	waits(wait: Promise<unknown>): void;
}

/** Work that is to be done for each of several inputs, within a limit. */
export interface ConcurrentRun<T> {
	/** What there is to do, in the order in which it is started. */
	readonly inputs: Iterable<T>;
	/** Tasks at work at most; a whole number from 1. With 1, tasks strictly follow each other. */
	readonly concurrency: number;
	/** Tasks that may wait beside those at work; more keep their places. From 0. */
	readonly maxWaiting?: number;
	/**
	 * Does the work for one input. It is called when its turn comes, not before, so that what it
	 * prepares is neither computed nor held for inputs that wait.
	 */
	readonly task: (input: T, place: Place) => Promise<void>;
	/** Asked before each task: nothing more is started once it says so. Must not throw. */
	readonly isCancelled?: () => boolean;
	/** Called when the first task fails, before anything else happens. Must not throw. */
	readonly onFailure?: (error: unknown) => void;
}

/**
 * Does tasks in a sliding window: whenever one ends, the next one starts, so that the limit is
 * always used and never exceeded. The first failure stops the rest from being started.
 *
 * Workers take one input after the other, as many as the window is wide. p-limit keeps the window,
 * which is wider by one for each task that waits. So nothing is made for an input that waits for
 * its turn: a run of 100,000 costs no more memory than one of 100.
 *
 * @throws the first failure, after every task that was in progress has ended
 */
export async function runConcurrently<T>(run: ConcurrentRun<T>): Promise<void> {
	const limit = pLimit(run.concurrency);
	const maxWaiting = run.concurrency === 1 ? 0 : (run.maxWaiting ?? 0);
	const inputs = run.inputs[Symbol.iterator]();
	const workers = new Set<Promise<void>>();
	let isExhausted = false;
	let failed = false;
	let failure: unknown;

	const addWorker = (): void => {
		const worker = limit(work);
		workers.add(worker);
		void worker.then(() => workers.delete(worker));
	};

	const work = async (): Promise<void> => {
		// When a task that has waited is back at work, there is one worker too many.
		while (limit.activeCount <= limit.concurrency) {
			if (isExhausted || failed || run.isCancelled?.()) return;
			try {
				const next = inputs.next();
				if (next.done) isExhausted = true;
				else await run.task(next.value, place);
			} catch (error) {
				fail(error);
			}
		}
	};

	const fail = (error: unknown): void => {
		if (failed) return;
		failed = true;
		failure = error;
		run.onFailure?.(error);
	};

	const place: Place = {
		waits(wait) {
			if (limit.concurrency - run.concurrency >= maxWaiting) return;
			limit.concurrency++;
			if (limit.activeCount < limit.concurrency) addWorker();
			const goOn = (): void => {
				limit.concurrency--;
			};
			wait.then(goOn, goOn);
		},
	};

	for (let worker = 0; worker < run.concurrency; worker++) addWorker();
	while (workers.size > 0) await Promise.all(workers);
	if (failed) throw failure;
}
