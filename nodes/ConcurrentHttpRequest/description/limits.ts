import type { INodeProperties } from 'n8n-workflow';

import { group, NOT_IN_TOOLS } from './fields';
import { redisLimitsOptions } from './redisLimits';

export const batchingFields: INodeProperties[] = [
	{
		displayName: 'Items per Batch',
		name: 'batchSize',
		type: 'number',
		typeOptions: { minValue: -1 },
		default: 50,
		description:
			'After how many requests there is a pause, for example 50. Use -1 for none; 0 is treated as 1.',
	},
	{
		displayName: 'Batch Interval (ms)',
		name: 'batchInterval',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1000,
		description:
			'Milliseconds that each pause lasts, for example 1000 for a second. Use 0 for none.',
	},
];

export const batching = group({
	displayName: 'Batching',
	name: 'batching',
	inner: { name: 'batch', displayName: 'Batching' },
	description:
		'Pauses after each group of requests, as in HTTP Request. Rate Limits are faster, because they wait no longer than needed.',
	values: batchingFields,
});

export const maxConcurrencyPerHost: INodeProperties = {
	displayName: 'Max Concurrency per Host',
	name: 'maxConcurrencyPerHost',
	type: 'number',
	displayOptions: { hide: NOT_IN_TOOLS },
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: 2,
	description:
		'How many requests may be in flight to one host at the same time, for example 2 when the items lead to many small websites. Max Concurrency holds as well, for all hosts together.',
};

const obeyServerLimits: INodeProperties = {
	displayName: 'Obey Server Limits',
	name: 'obeyServerLimits',
	type: 'boolean',
	noDataExpression: true,
	// Added to forbid what is done without it.
	default: false,
	description:
		'Whether to send no more than a server allows, as it says in Retry-After and in rate limit headers such as <code>X-RateLimit-Remaining</code>, and as it shows by refusing requests. The node does this by itself. Add this option, and leave it off, only for a server whose headers are wrong. A retry waits for the time that its own response names in any case.',
};

const limitScope: INodeProperties = {
	displayName: 'Limits Hold For',
	name: 'limitScope',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'All Runs with the Same Credential',
			value: 'credential',
			description: 'Nodes and workflows that use the credential of this node share the limits',
		},
		{
			name: 'All Runs with the Same Name',
			value: 'name',
			description: 'Nodes and workflows with the same Limit Name share the limits',
		},
		{ name: 'This Run', value: 'run', description: 'Each run has the limits to itself' },
	],
	// Users add it to switch it on.
	default: 'credential',
	description:
		'Which runs share Max Concurrency and Rate Limits, for example all runs with the same credential if the API counts by account. Waiting runs take turns. If nodes state different limits, the stricter ones apply. Without this option each run has limits of its own.',
};

const limitName: INodeProperties = {
	displayName: 'Limit Name',
	name: 'limitName',
	type: 'string',
	displayOptions: { show: { limitScope: ['name'] } },
	default: '',
	placeholder: 'e.g. example-api',
	description:
		'Any name. All nodes with this name share their limits, for example <code>example-api</code> for every node that calls this API.',
};

/** Options that say how much and how fast to send, and that HTTP Request does not have. */
export const limitOptions: INodeProperties[] = [
	maxConcurrencyPerHost,
	limitScope,
	limitName,
	...redisLimitsOptions,
	obeyServerLimits,
];
