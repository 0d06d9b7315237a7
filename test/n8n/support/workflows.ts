import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IConnections,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
} from 'n8n-workflow';
import { taskOf } from '../../../scripts/n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../../../scripts/n8n/ExecutionResult.ts';
import type { Workflow } from '../../../scripts/n8n/Workflow.ts';

export const OUR_TYPE = 'n8n-nodes-concurrent-http.concurrentHttpRequest';
export const BUILT_IN_TYPE = 'n8n-nodes-base.httpRequest';

/** The newest version that both nodes have. */
export const NEWEST = 4.5;

type NodeDetails = Partial<Pick<INode, 'typeVersion' | 'onError' | 'credentials' | 'webhookId'>>;

/** A node as it stands in a workflow's JSON. */
export function node(
	name: string,
	type: string,
	parameters: INodeParameters = {},
	details: NodeDetails = {},
): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters, ...details };
}

/** Our node, named `HTTP`. */
export function httpNode(parameters: INodeParameters, details: NodeDetails = {}): INode {
	return node('HTTP', OUR_TYPE, parameters, { typeVersion: NEWEST, ...details });
}

/** A Code node that makes items numbered from 0, as `{ id }`. */
export function numbersNode(count: number): INode {
	const jsCode = `return Array.from({ length: ${count} }, (_, id) => ({ json: { id } }));`;
	return node('Numbers', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 });
}

/** A Set node, named `After`, whose items have these fields only; values may be expressions. */
export function fieldsNode(fields: Record<string, string>): INode {
	const assignments = Object.entries(fields).map(([name, value]) => ({
		...{ id: name, name, value, type: 'string' },
	}));
	const parameters = { assignments: { assignments }, includeOtherFields: false, options: {} };
	return node('After', 'n8n-nodes-base.set', parameters, { typeVersion: 3.4 });
}

/** A workflow in which each node's first output leads to the next node. */
export function chain(nodes: INode[], details: Partial<Workflow> = {}): Workflow {
	const connections: IConnections = {};
	for (const [index, { name }] of nodes.slice(0, -1).entries()) {
		const link = { node: nodes[index + 1]!.name, type: NodeConnectionTypes.Main, index: 0 };
		connections[name] = { main: [[link]] };
	}
	return {
		name: 'Test',
		nodes,
		connections,
		settings: { executionOrder: 'v1' },
		...details,
	};
}

/** The same, behind a manual trigger named `Start`. */
export function manual(nodes: INode[], details: Partial<Workflow> = {}): Workflow {
	return chain([node('Start', 'n8n-nodes-base.manualTrigger'), ...nodes], details);
}

/** The same, with items that are pinned to the trigger. Only the server knows of pinned items. */
export function manualWith(
	items: Array<{ json: IDataObject }>,
	nodes: INode[],
	details: Partial<Workflow> = {},
): Workflow {
	return manual(nodes, { pinData: { Start: items }, ...details });
}

/** The JSON of items. */
export function jsonOf(items: INodeExecutionData[]): IDataObject[] {
	return items.map(({ json }) => json);
}

/** The indices of the input items that items are paired with. */
export function pairsOf(items: INodeExecutionData[]): unknown[] {
	return items.map(({ pairedItem }) =>
		typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : pairedItem,
	);
}

/** Messages that the output pane of a node shows. */
export function hintsOf(result: ExecutionResult, name: string): string[] {
	return (taskOf(result, name).hints ?? []).map(({ message }) => message);
}

/** The numbers from 0, so many. */
export function numbersUpTo(count: number): number[] {
	return Array.from({ length: count }, (_, number) => number);
}

/** Sends 50 requests, 5 at a time, to a server that never responds. */
export function hangingWorkflow(origin: string, settings: Workflow['settings'] = {}): Workflow {
	const parameters = { url: `=${origin}/hang?{{ $json.id }}`, maxConcurrency: 5 };
	const workflow = manual([numbersNode(50), httpNode(parameters)]);
	return { ...workflow, settings: { ...workflow.settings, ...settings } };
}
