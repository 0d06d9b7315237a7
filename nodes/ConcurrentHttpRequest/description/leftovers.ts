import type { INodeProperties } from 'n8n-workflow';

/*
 * Parameters of HTTP Request that this node does not support, kept so that it can say so.
 *
 * Before a workflow runs, and when the editor opens it, n8n rebuilds the parameters of each node
 * from the node's description:
 * - A value that a known parameter does not offer (`authentication: 'predefinedCredentialType'`)
 *   stays as it is.
 * - A parameter that the description does not have is dropped without a word, and is lost for good
 *   once the editor saves.
 *
 * The second kind would make a node that was moved here quietly do something else than before. So
 * the description has those parameters too, on one condition: that they hold something. Where they
 * do, the panel shows them, so that they can be removed there; elsewhere they are neither shown, nor
 * offered, nor stored.
 */

/** On the node's first level. */
export const leftoverProperties: INodeProperties[] = [
	{
		displayName: 'Optimize Response (Not Supported)',
		name: 'optimizeResponse',
		type: 'boolean',
		// HTTP Request, too, heeds it only where it is the tool of an agent.
		displayOptions: { show: { '@tool': [true], optimizeResponse: [true] } },
		default: false,
		description:
			'Whether to shorten responses for an AI agent. This came from HTTP Request, and this node cannot do it yet: switch it off to hand responses on in full.',
	},
];
