import type { INodeProperties } from 'n8n-workflow';

import { NOT_IN_TOOLS } from './fields';

/** One more output of the node. Its outputs depend on it, so it cannot be an expression. */
export const summary: INodeProperties = {
	displayName: 'Summary',
	name: 'summary',
	type: 'boolean',
	displayOptions: { hide: NOT_IN_TOOLS },
	noDataExpression: true,
	// Users add it to switch it on.
	default: true,
	description:
		'Whether the node has a second output with one item about the run: counts, percentiles, hosts, the slowest items, and a chart, for example to send to a channel. Four of its figures also become custom data of the execution.',
};
