import { type INode, type INodeParameters, NodeHelpers } from 'n8n-workflow';

import { ConcurrentHttpRequest } from '../../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node';

const { description } = new ConcurrentHttpRequest();

/** A node of ours as it stands in a workflow's JSON. */
export function nodeWith(parameters: INodeParameters, typeVersion = 4.5): INode {
	return {
		id: '1',
		name: 'Concurrent HTTP Request',
		type: 'n8n-nodes-concurrent-http.concurrentHttpRequest',
		typeVersion,
		position: [0, 0],
		parameters,
	};
}

/** What `getNode().parameters` holds when the node runs: n8n adds defaults and drops the rest. */
export function asRun(parameters: INodeParameters, typeDescription = description): INodeParameters {
	return rebuild(parameters, true, typeDescription);
}

/** The description of the node that n8n derives for agents. */
export const toolDescription = { ...description, name: `${description.name}Tool` };

/** What the editor writes when it saves what it has opened: all but the defaults. */
export function asSaved(
	parameters: INodeParameters,
	typeDescription = description,
): INodeParameters {
	return rebuild(asRun(parameters, typeDescription), false, typeDescription);
}

function rebuild(
	parameters: INodeParameters,
	withDefaults: boolean,
	typeDescription: typeof description,
): INodeParameters {
	const node = nodeWith(parameters);
	const rebuilt = NodeHelpers.getNodeParameters(
		typeDescription.properties,
		parameters,
		withDefaults,
		false,
		node,
		typeDescription,
	);
	if (rebuilt === null) throw new Error('n8n gave no parameters');
	return rebuilt;
}
