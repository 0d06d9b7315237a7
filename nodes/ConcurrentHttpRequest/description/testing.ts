import type { INodeProperties } from 'n8n-workflow';

import { group, NOT_IN_TOOLS } from './fields';

export const limitToFirstItemsFields: INodeProperties[] = [
	{
		displayName: 'Items',
		name: 'items',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 10,
		description: 'How many items to send, for example 10. The others are not in the output.',
	},
	{
		displayName: 'Only in Manual Runs',
		name: 'onlyInManualRuns',
		type: 'boolean',
		noDataExpression: true,
		default: true,
		description:
			'Whether to send all items in runs that were not started in the editor, for example on a schedule. If off, every run is limited.',
	},
];

export const limitToFirstItems = group({
	displayName: 'Limit to First Items',
	name: 'limitToFirstItems',
	displayOptions: { hide: NOT_IN_TOOLS },
	description:
		'Sends only the first items, to try the node with a few of many. The others are neither sent nor in the output, and a hint above the output says so.',
	values: limitToFirstItemsFields,
});

export const previewRequests: INodeProperties = {
	displayName: 'Preview Requests',
	name: 'previewRequests',
	type: 'boolean',
	displayOptions: { hide: NOT_IN_TOOLS },
	noDataExpression: true,
	// Whoever adds it wants it.
	default: true,
	description:
		'Whether to send nothing, and to show for each item the request that would be sent: its fields, and a cURL command such as <code>curl https://api.example.com/users/42</code>. Secrets are hidden. A hint says how many requests would go to which hosts, and how long they would take at least under your limits.',
};

/** Options to try a node before it sends many requests. */
export const testingOptions: readonly INodeProperties[] = [limitToFirstItems, previewRequests];
