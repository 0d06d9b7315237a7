/** Executions that a worker has taken from the queue, by what its log says. */
export interface WorkerExecutions {
	/** Ids, in the order in which they were started. */
	started: string[];
	finished: string[];
}

export function executionsIn(log: string): WorkerExecutions {
	const ids = (verb: string) =>
		[...log.matchAll(new RegExp(`Worker ${verb} execution (\\d+) `, 'g'))].map(
			([, id]) => id ?? '',
		);
	return { started: ids('started'), finished: ids('finished') };
}
