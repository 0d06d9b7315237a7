import type { INodeExecutionData, IRun, IRunData, ITaskData } from 'n8n-workflow';

/** What an execution in n8n came to. */
export interface ExecutionResult {
	/** `success`, `error`, `canceled`, `crashed`, or `running`, `waiting`, `new` before the end. */
	status: string;
	/** n8n's id of the execution; the command line does not tell it. */
	executionId: string | undefined;
	/** Runs of each node, by its name. */
	runData: IRunData;
	/** Why the execution as a whole failed. */
	error: ExecutionFailure | undefined;
	lastNodeExecuted: string | undefined;
}

/** n8n's error as it is stored: class names are gone, their fields are there. */
export interface ExecutionFailure {
	name?: string;
	message: string;
	description?: string | null;
	httpCode?: string | null;
	context?: Record<string, unknown>;
	[field: string]: unknown;
}

export function toExecutionResult(
	{ status, data }: { status: string; data: IRun['data'] | undefined },
	executionId?: string,
): ExecutionResult {
	// While it runs, n8n has stored no data of an execution.
	const { runData, error, lastNodeExecuted } = data?.resultData ?? { runData: {} };
	return {
		status,
		executionId,
		runData,
		error: error as unknown as ExecutionFailure | undefined,
		lastNodeExecuted,
	};
}

/**
 * Items that a node gave.
 * @param output 0 is the main output, 1 the error output
 * @param run which run of the node, in a loop
 * @throws if the node did not run
 */
export function outputItems(
	result: ExecutionResult,
	node: string,
	output = 0,
	run = 0,
): INodeExecutionData[] {
	return taskOf(result, node, run).data?.main?.[output] ?? [];
}

/** One run of a node: its data, error, hints, times in ms. */
export function taskOf(result: ExecutionResult, node: string, run = 0): ITaskData {
	const task = result.runData[node]?.[run];
	if (task) return task;
	throw new Error(
		`Node "${node}" did not run (run ${run}) in an execution of status "${result.status}"` +
			(result.error ? `: ${result.error.message}` : ''),
	);
}
