import type { INode } from 'n8n-workflow';
import type { Workflow } from '../../scripts/n8n/Workflow.ts';
import type { Case } from '../Case.ts';
import { requestParameters } from '../peers/requests.ts';
import { pathTo } from '../server/Wanted.ts';
import { MEASURED_NODE } from './extensions/Report.ts';

const TRIGGER = 'Trigger';
const ITEMS = 'Items';
const LOOP = 'Loop Over Items';
const END = 'End';

/** What a workflow is made for. */
export interface Setting {
	case: Case;
	origin: string;
	items: number;
}

export type MeasuredNode = Pick<INode, 'type' | 'typeVersion' | 'parameters'>;

export function ourNode({ case: case_, origin }: Setting): MeasuredNode {
	return {
		type: 'n8n-nodes-concurrent-http.concurrentHttpRequest',
		typeVersion: 4.5,
		parameters: {
			...requestParameters(case_.expressions, `${origin}${pathTo(case_)}`),
			concurrencyMode: 'fixed',
			maxConcurrency: case_.concurrency,
			options: { allowUnauthorizedCerts: true },
		},
	};
}

/** With the settings that tell what happened to requests. */
export function ourNodeTelling(setting: Setting): MeasuredNode {
	const { parameters, ...node } = ourNode(setting);
	const output = { requestDetails: { requestDetails: { field: 'request' } }, summary: true };
	return { ...node, parameters: { ...parameters, output } };
}

export function httpRequest({ case: case_, origin }: Setting): MeasuredNode {
	return {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.5,
		parameters: {
			...requestParameters(case_.expressions, `${origin}${pathTo(case_)}`),
			options: { allowUnauthorizedCerts: true },
		},
	};
}

/** A batch every so often that on average as many are in flight as the case wants. */
export function httpRequestBatched(setting: Setting): MeasuredNode {
	const { latency, concurrency } = setting.case;
	const batchInterval = latency === '200' ? 200 : 20;
	const { parameters, ...node } = httpRequest(setting);
	const options = {
		allowUnauthorizedCerts: true,
		batching: { batch: { batchSize: concurrency, batchInterval } },
	};
	return { ...node, parameters: { ...parameters, options } };
}

/** In place of a node that sends requests: what n8n needs for the items alone. */
export function pinnedAnswers({ case: { size } }: Setting): MeasuredNode {
	return { type: 'CUSTOM.benchAnswers', typeVersion: 1, parameters: { size } };
}

/** Trigger, items, the measured node, the end of the measuring. */
export function straight(setting: Setting, measured: MeasuredNode): Workflow {
	return workflowOf([...frame(setting), node(MEASURED_NODE, measured)], {
		[TRIGGER]: [[ITEMS]],
		[ITEMS]: [[MEASURED_NODE]],
		[MEASURED_NODE]: [[END]],
	});
}

/** The same with Loop Over Items around the measured node. */
export function looped(setting: Setting, measured: MeasuredNode, batchSize: number): Workflow {
	const loop: MeasuredNode = {
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize, options: {} },
	};
	return workflowOf([...frame(setting), node(MEASURED_NODE, measured), node(LOOP, loop)], {
		[TRIGGER]: [[ITEMS]],
		[ITEMS]: [[LOOP]],
		[LOOP]: [[END], [MEASURED_NODE]],
		[MEASURED_NODE]: [[LOOP]],
	});
}

function frame({ items }: Setting): INode[] {
	return [
		node(TRIGGER, { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} }),
		node(ITEMS, { type: 'CUSTOM.benchItems', typeVersion: 1, parameters: { count: items } }),
		node(END, { type: 'CUSTOM.benchEnd', typeVersion: 1, parameters: {} }),
	];
}

function node(name: string, measured: MeasuredNode): INode {
	return { id: name, name, position: [0, 0], ...measured };
}

/** @param targets names of the nodes that each output leads to */
function workflowOf(nodes: INode[], targets: Record<string, string[][]>): Workflow {
	const connections = Object.fromEntries(
		Object.entries(targets).map(([from, outputs]) => [
			from,
			{
				main: outputs.map((names) =>
					names.map((name) => ({ node: name, type: 'main' as const, index: 0 })),
				),
			},
		]),
	);
	const settings = {
		executionOrder: 'v1',
		// What n8n writes into its database is not the node's doing.
		saveManualExecutions: false,
		saveDataSuccessExecution: 'none',
		saveDataErrorExecution: 'none',
	} as const;
	return { name: 'Bench', nodes, connections, settings };
}
