import type { INodeProperties } from 'n8n-workflow';

/** The bounds of Max Concurrency, for the panel and for the check at run time. */
export const maxConcurrencyBounds = { default: 10, min: 1, max: 1000 } as const;

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
					'Find by itself, between 1 and Max Concurrency, how many requests the server answers fastest without refusing any',
			},
		],
		// n8n saves no default: `fixed` is what every workflow without a mode will always mean.
		default: 'fixed',
		description:
			'How it is decided how many requests are in flight. Adaptive follows the latency and the refusals (429, 503) of each host by itself; set Max Concurrency to the most that you would allow, for example 100.',
	},
	{
		displayName: 'Max Concurrency',
		name: 'maxConcurrency',
		type: 'number',
		typeOptions: {
			minValue: maxConcurrencyBounds.min,
			maxValue: maxConcurrencyBounds.max,
			numberPrecision: 0,
		},
		default: maxConcurrencyBounds.default,
		description:
			'How many requests may be in flight at the same time, 1 to 1000. The next one starts as soon as one ends. Use 1 to send one after the other, about 10 for most APIs, and 50 or more for servers known to take it. In adaptive mode this is the ceiling: 100 leaves room to find the best.',
	},
];
