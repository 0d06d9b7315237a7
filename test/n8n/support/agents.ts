import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IDataObject,
	INode,
	INodeCredentials,
	INodeParameters,
	NodeConnectionType,
} from 'n8n-workflow';
import type { Workflow } from '../../../scripts/n8n/Workflow.ts';
import { BUILT_IN_TYPE, NEWEST, node, OUR_TYPE } from './workflows.ts';

/** The types that n8n derives from the nodes, for agents. */
export const OUR_TOOL = `${OUR_TYPE}Tool`;
export const BUILT_IN_TOOL = `${BUILT_IN_TYPE}Tool`;

/** Newest, which leaves tools to n8n's engine; and the last one that calls them itself. */
export const AGENT_VERSIONS = [3.1, 2.2];

interface Agent {
	/** Credentials of the model. */
	model: INodeCredentials;
	tools: INode[];
	/** What the agent gets, an item for each question. */
	items?: IDataObject[];
	version?: number;
}

/** A tool with a Concurrent HTTP Request in it, or with the node of another type. */
export function toolNode(
	parameters: INodeParameters,
	{ name = 'Ask API', type = OUR_TOOL, ...details }: Partial<INode> = {},
): INode {
	return node(name, type, parameters, { typeVersion: NEWEST, ...details });
}

/** A workflow in which items go to an agent, named `Agent`. */
export function agentWorkflow({ model, tools, items = [{}], version = 3.1 }: Agent): Workflow {
	const to = (type: NodeConnectionType) => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	return {
		name: 'Agent',
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger'),
			node(
				'Agent',
				'@n8n/n8n-nodes-langchain.agent',
				{ promptType: 'define', text: 'Find out.', options: {} },
				{ typeVersion: version },
			),
			node(
				'Model',
				'@n8n/n8n-nodes-langchain.lmChatOpenAi',
				{ model: { mode: 'id', value: 'fake' }, options: { maxRetries: 0 } },
				{ typeVersion: 1.2, credentials: model },
			),
			...tools,
		],
		connections: {
			Start: to(NodeConnectionTypes.Main),
			Model: to(NodeConnectionTypes.AiLanguageModel),
			...Object.fromEntries(tools.map(({ name }) => [name, to(NodeConnectionTypes.AiTool)])),
		},
		pinData: { Start: items.map((json) => ({ json })) },
		settings: { executionOrder: 'v1' },
	};
}
