import type { INodeProperties } from 'n8n-workflow';

import { NOT_IN_TOOLS } from './fields';

const bounds = { minValue: 1, maxValue: 1000, numberPrecision: 0 };

export const maxConcurrency: INodeProperties = {
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: bounds,
	displayOptions: { show: { concurrencyMode: ['fixed'] }, hide: NOT_IN_TOOLS },
	default: 10,
	description:
		'How many requests may be in flight at the same time, 1 to 1000. The next one starts as soon as one ends. Use 1 to send one after the other, about 10 for most APIs, and 50 or more for servers known to take it.',
	builderHint: {
		propertyHint:
			'Keep 10 for a third-party API, 1 if its requests must follow each other, 50 for a server known to take it. It replaces Loop Over Items around the node.',
	},
};

/** A ceiling of its own: with the 10 of a fixed concurrency there would be little to find. */
export const adaptiveMaxConcurrency: INodeProperties = {
	displayName: 'Max Concurrency',
	name: 'adaptiveMaxConcurrency',
	type: 'number',
	typeOptions: bounds,
	displayOptions: { show: { concurrencyMode: ['adaptive'] }, hide: NOT_IN_TOOLS },
	default: 100,
	description:
		'The most requests that may ever be in flight at the same time, 1 to 1000, for example 100. The node starts with few, and finds the best number up to this one.',
};

export const concurrencyProperties: INodeProperties[] = [
	{
		displayName: 'Concurrency Mode',
		name: 'concurrencyMode',
		type: 'options',
		displayOptions: { hide: NOT_IN_TOOLS },
		options: [
			{
				name: 'Fixed',
				value: 'fixed',
				description: 'Always keep Max Concurrency requests in flight',
			},
			{
				name: 'Adaptive',
				value: 'adaptive',
				description:
					'Find the number of requests at which the server is fastest without refusing any',
			},
		],
		// n8n saves no default: `fixed` is what every workflow without a mode will always mean.
		default: 'fixed',
		description:
			'How the number of requests in flight is chosen, for example Adaptive if you do not know what the server takes. Adaptive follows the response times and the refusals (429, 503) of each host.',
	},
	maxConcurrency,
	adaptiveMaxConcurrency,
	// A tool has a value as well: each of its runs is one item.
	{
		...maxConcurrency,
		type: 'hidden',
		typeOptions: undefined,
		displayOptions: { show: { '@tool': [true] } },
	},
];
