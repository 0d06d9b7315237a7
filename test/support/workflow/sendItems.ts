import { runWorkflow } from './runWorkflow.ts';
import type { RunOptions, WorkflowResult } from './runWorkflow.ts';
import type { ExecutionError, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { ConcurrentHttpRequest } from '../../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';

export const NODE_TYPE = 'n8n-nodes-concurrent-http.concurrentHttpRequest';

export interface SendOptions
	extends
		Omit<RunOptions, 'nodes' | 'connections' | 'types'>,
		Pick<INode, 'onError' | 'retryOnFail' | 'maxTries' | 'waitBetweenTries'> {
	/** Of HTTP Request, whose numbers the node shares; its newest unless told. */
	typeVersion?: number;
}

/** What came out of the node. */
export interface SendResult {
	/** Of the first output. */
	items: INodeExecutionData[];
	/** Of the error output. */
	errors: INodeExecutionData[];
	error: ExecutionError | undefined;
	/** Messages shown in the output pane. */
	hints: string[];
	result: WorkflowResult;
}

/** Runs a workflow of a trigger and our node, the JSON of which is what the user would import. */
export async function sendItems(
	parameters: INodeParameters,
	{
		onError,
		retryOnFail,
		maxTries,
		waitBetweenTries,
		typeVersion = 4.5,
		...options
	}: SendOptions = {},
): Promise<SendResult> {
	const settings = { onError, retryOnFail, maxTries, waitBetweenTries };
	const result = await runWorkflow({
		...options,
		types: { [NODE_TYPE]: new ConcurrentHttpRequest() },
		nodes: [{ name: 'HTTP', type: NODE_TYPE, typeVersion, parameters, ...settings }],
	});
	const { error } = result;
	const ran = result.ran('HTTP');
	return {
		items: ran ? result.items('HTTP') : [],
		errors: ran ? result.items('HTTP', 1) : [],
		error,
		hints: ran ? result.hints('HTTP').map(({ message }) => message) : [],
		result,
	};
}

/** The JSON of items. */
export function jsonOf(items: INodeExecutionData[]): unknown[] {
	return items.map(({ json }) => json);
}

/** The indices of the input items that items are paired with. */
export function pairsOf(items: INodeExecutionData[]): unknown[] {
	return items.map(({ pairedItem }) =>
		typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : pairedItem,
	);
}
