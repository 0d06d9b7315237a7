import { withEnvironment } from './environment.ts';
import { Container } from '@n8n/di';
import { ExecutionLifecycleHooks, ExternalSecretsProxy, WorkflowExecute } from 'n8n-core';
import { NodeConnectionTypes, Workflow } from 'n8n-workflow';
import type {
	ExecutionError,
	IConnections,
	INode,
	INodeExecutionData,
	IRun,
	ITaskData,
	IWorkflowExecuteAdditionalData,
	IWorkflowSettings,
	NodeExecutionHint,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { TestCredentials } from './credentials.ts';
import type { CredentialValues } from './credentials.ts';
import { egressEnvironment, useEgressRules } from './egress.ts';
import type { EgressRules } from './egress.ts';
import { helperNodes, nodeTypesOf, startNode } from './nodes.ts';
import type { NodeTypeMap } from './nodes.ts';

/** A node as in a workflow's JSON; what is left out gets a value that does not matter. */
export type WorkflowNode = Pick<INode, 'name' | 'type'> & Partial<INode>;

export interface RunOptions {
	nodes: WorkflowNode[];
	/** From the trigger `Start` through the nodes in their order, where not given. */
	connections?: IConnections;
	/** What the trigger emits; one empty item where not given. */
	items?: INodeExecutionData[];
	/** The node types that are tested, beside the helpers in `nodes.ts`. */
	types?: NodeTypeMap;
	/** By credential type. Nodes that name no credentials of their own use all of them. */
	credentials?: CredentialValues;
	settings?: IWorkflowSettings;
	mode?: WorkflowExecuteMode;
	/** Environment variables while it runs. */
	env?: Record<string, string | undefined>;
	/** n8n's SSRF protection is on with these rules (`{}`: the defaults), off where not given. */
	egress?: EgressRules;
	/** Aborting it stops the execution, as the Stop button does. */
	signal?: AbortSignal;
	/** Takes what the browser would get while the execution goes on. */
	sendDataToUI?: IWorkflowExecuteAdditionalData['sendDataToUI'];
}

const TRIGGER = 'Start';

/** What came of one execution. */
export class WorkflowResult {
	readonly run: IRun;

	constructor(run: IRun) {
		this.run = run;
	}

	get status(): IRun['status'] {
		return this.run.status;
	}

	/** The error with which the execution failed, if it did. */
	get error(): ExecutionError | undefined {
		return this.run.data.resultData.error;
	}

	/** How the (last) run of a node went: times, hints, error, data. */
	task(node: string): ITaskData {
		const task = this.run.data.resultData.runData[node]?.at(-1);
		if (!task) throw new Error(`"${node}" did not run`);
		return task;
	}

	ran(node: string): boolean {
		return node in this.run.data.resultData.runData;
	}

	/** Items that left a node by one of its outputs; none where it gave no data. */
	items(node: string, output = 0): INodeExecutionData[] {
		return this.task(node).data?.main?.[output] ?? [];
	}

	hints(node: string): NodeExecutionHint[] {
		return this.task(node).hints ?? [];
	}
}

/**
 * Runs a workflow's JSON in this process, with the engine of n8n-core: its execution contexts,
 * expressions, error outputs, pairing of items and cancellation are the real ones. The database,
 * and what n8n keeps in it, is what the options give.
 */
export async function runWorkflow(options: RunOptions): Promise<WorkflowResult> {
	const environment = { ...egressEnvironment(options.egress), ...options.env };
	return withEnvironment(environment, async () => {
		useEgressRules(options.egress);
		const { mode = 'manual', signal } = options;
		const workflow = makeWorkflow(options);
		const engine = new WorkflowExecute(additionalData(workflow, mode, options), mode);
		const running = engine.run({ workflow, startNode: workflow.nodes[TRIGGER] });
		const stop = () => running.cancel();
		signal?.addEventListener('abort', stop);
		try {
			return new WorkflowResult(await running);
		} finally {
			signal?.removeEventListener('abort', stop);
		}
	});
}

/** Items numbered from 0, as `{ id }`. */
export function numbered(count: number): INodeExecutionData[] {
	return Array.from({ length: count }, (_, id) => ({ json: { id } }));
}

function makeWorkflow(options: RunOptions): Workflow {
	const { nodes, items = [{ json: {} }], types = {}, credentials = {} } = options;
	const all: WorkflowNode[] = [{ name: TRIGGER, type: 'test.start' }, ...nodes];
	const references = Object.keys(credentials).map((type) => [type, { id: type, name: type }]);
	return new Workflow({
		id: 'test-workflow',
		name: 'Test',
		active: false,
		nodes: all.map((node) => ({
			...{ id: node.name, typeVersion: 1, position: [0, 0], parameters: {} },
			credentials: Object.fromEntries(references) as INode['credentials'],
			...structuredClone(node),
		})),
		connections: options.connections ?? chain(all.map(({ name }) => name)),
		nodeTypes: nodeTypesOf({ ...helperNodes, ...types, 'test.start': startNode(items) }),
		settings: { executionOrder: 'v1', ...options.settings },
	});
}

/** Each node's first output to the next node. */
function chain(names: string[]): IConnections {
	const pairs = names.slice(0, -1).map((name, index) => [name, names[index + 1]] as const);
	return Object.fromEntries(
		pairs.map(([from, node]) => {
			const connection = { node: node ?? '', type: NodeConnectionTypes.Main, index: 0 };
			return [from, { main: [[connection]] }];
		}),
	);
}

function additionalData(
	workflow: Workflow,
	mode: WorkflowExecuteMode,
	options: RunOptions,
): IWorkflowExecuteAdditionalData {
	const { id, name = '' } = workflow;
	const date = new Date(0);
	const entity = { id, name, active: false, isArchived: false, createdAt: date, updatedAt: date };
	const hooks = new ExecutionLifecycleHooks(mode, 'test-execution', {
		...entity,
		...{ nodes: Object.values(workflow.nodes), connections: {}, activeVersionId: null },
	});
	// Expressions fail with "Invalid URL" unless these are real ones.
	const base = 'http://localhost:5678';
	const unused = async (): Promise<never> => {
		throw new Error('Not part of these tests');
	};
	return {
		hooks,
		executionId: 'test-execution',
		credentialsHelper: new TestCredentials(options.credentials ?? {}),
		currentNodeExecutionIndex: 0,
		externalSecretsProxy: Container.get(ExternalSecretsProxy),
		variables: {},
		...{ instanceBaseUrl: base, restApiUrl: base, formBaseUrl: base, webhookBaseUrl: base },
		...{ formWaitingBaseUrl: base, formTestBaseUrl: base, webhookWaitingBaseUrl: base },
		...{ webhookTestBaseUrl: base, mcpBaseUrl: base, mcpTestBaseUrl: base },
		...{ executeWorkflow: unused, startRunnerTask: unused, getRuntimeCredential: unused },
		getRunExecutionData: unused,
		logAiEvent: () => {},
		...(options.sendDataToUI && { sendDataToUI: options.sendDataToUI }),
	};
}
