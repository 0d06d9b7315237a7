import { runConcurrently } from '../../nodes/ConcurrentHttpRequest/engine/runConcurrently';
import type { Subject } from './measure';

const TASKS = 10_000;
const CONCURRENCY = 50;

const inputs = Array.from({ length: TASKS }, (_, index) => index);

/** A task that is over a turn of the microtask queue later: what remains is the admission. */
async function task(): Promise<void> {
	await Promise.resolve();
}

/** The least that a sliding window can do: so many workers that take the next input. */
async function bareWindow(): Promise<void> {
	const rest = inputs.values();
	const work = async () => {
		for (const _input of rest) await task();
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

export const title = 'admission, for each task';

export const subjects: Subject[] = [
	{
		name: 'runConcurrently',
		operations: TASKS,
		run: () => runConcurrently({ inputs, concurrency: CONCURRENCY, task }),
	},
	{ name: 'bare window, for comparison', operations: TASKS, run: bareWindow },
];
