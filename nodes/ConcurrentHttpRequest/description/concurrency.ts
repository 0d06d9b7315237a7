import type { INodeProperties } from 'n8n-workflow';

/** The bounds of Max Concurrency, for the panel and for the check at run time. */
export const maxConcurrencyBounds = { default: 10, min: 1, max: 1000 } as const;

export const concurrencyProperties: INodeProperties[] = [
	{
		// With a single mode there is nothing to choose, so the panel does not show it. The name is
		// taken now, for two reasons: n8n drops parameters that a description does not know, and it
		// saves no default, so that `fixed` is what every workflow without a mode will always mean.
		displayName: 'Concurrency Mode',
		name: 'concurrencyMode',
		type: 'hidden',
		default: 'fixed',
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
			'How many requests may be in flight at the same time, 1 to 1000. The next one starts as soon as one ends. Use 1 to send one after the other, about 10 for most APIs, and 50 or more for servers known to take it.',
	},
];
