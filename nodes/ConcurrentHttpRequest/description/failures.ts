import type { INodeProperties } from 'n8n-workflow';

import { group, NOT_IN_TOOLS, withoutExpressions } from './fields';

export const circuitBreakerFields: INodeProperties[] = [
	{
		displayName: 'Failures (%)',
		name: 'failureShare',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100 },
		default: 50,
		description: 'How many of every 100 requests must fail before there is a pause, for example 50',
	},
	{
		displayName: 'Minimum Requests',
		name: 'minimumRequests',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 20,
		description: 'How many requests must be counted before there can be a pause, for example 20',
	},
	{
		displayName: 'Time Window (Seconds)',
		name: 'window',
		type: 'number',
		typeOptions: { minValue: 0.1 },
		default: 30,
		description:
			'Over how many seconds requests are counted, for example 30 for the last half minute',
	},
	{
		displayName: 'Pause (Seconds)',
		name: 'openFor',
		type: 'number',
		typeOptions: { minValue: 0.001 },
		default: 30,
		description:
			'For how many seconds nothing is sent to the server before it is tried again, for example 30',
	},
	{
		displayName: 'During the Pause',
		name: 'whenOpen',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Items Wait',
				value: 'wait',
				description: 'Until the server has recovered, for as long as Retry > Total Time allows',
			},
			{
				name: 'Items Fail at Once',
				value: 'fail',
				description: 'Without being sent, for example to go on with the error output',
			},
		],
		default: 'wait',
		description: 'What happens during the pause to items for this server',
	},
];

export const circuitBreakerOption = group({
	inner: { name: 'circuitBreaker', displayName: 'Circuit Breaker' },
	displayOptions: { hide: NOT_IN_TOOLS },
	displayName: 'Circuit Breaker (Pause on Failures)',
	name: 'circuitBreaker',
	description:
		'Pauses requests to a server when many of them fail (no response, or a status of 500 or above), then checks with single requests whether it has recovered',
	values: circuitBreakerFields.map(withoutExpressions),
});
