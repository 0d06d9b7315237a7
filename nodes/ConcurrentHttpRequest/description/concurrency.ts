import type { INodeProperties } from 'n8n-workflow';

export const maxConcurrency: INodeProperties = {
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1000, numberPrecision: 0 },
	default: 10,
	description:
		'How many requests may be in flight at the same time, 1 to 1000. The next one starts as soon as one ends. Use 1 to send one after the other, about 10 for most APIs, and 50 or more for servers known to take it. In adaptive mode this is the ceiling: 100 leaves room to find the best.',
};

export const concurrencyProperties: INodeProperties[] = [
	{
		displayName: 'Concurrency Mode',
		name: 'concurrencyMode',
		type: 'options',
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
					'Find, between 1 and Max Concurrency, the number of requests at which the server is fastest without refusing any',
			},
		],
		// n8n saves no default: `fixed` is what every workflow without a mode will always mean.
		default: 'fixed',
		description:
			'How the number of requests in flight is chosen. Adaptive follows the latency and the refusals (429, 503) of each host; set Max Concurrency to the most that you would allow, for example 100.',
	},
	maxConcurrency,
];
