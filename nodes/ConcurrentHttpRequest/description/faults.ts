import type { INodeProperties } from 'n8n-workflow';

/** What stands in the fields of Circuit Breaker when it is added. */
export const circuitBreakerDefaults = {
	failureShare: 50,
	minimumRequests: 20,
	window: 30_000,
	openFor: 30_000,
	whenOpen: 'wait',
} as const;

/** What stands in the fields of Failure Budget when it is added. */
export const failureBudgetDefaults = {
	measure: 'share',
	maxShare: 50,
	minimumItems: 20,
	maxFailures: 10,
} as const;

export const circuitBreakerOption: INodeProperties = {
	displayName: 'Circuit Breaker',
	name: 'circuitBreaker',
	type: 'fixedCollection',
	typeOptions: { multipleValues: false },
	placeholder: 'Add Circuit Breaker',
	default: { circuitBreaker: {} },
	description:
		'Leaves a server alone for a while when many requests to it fail (no response, or a status from 500 on), then tries with single requests whether it is well again',
	options: [
		{
			displayName: 'Circuit Breaker',
			name: 'circuitBreaker',
			values: [
				{
					displayName: 'Failures (%)',
					name: 'failureShare',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 100 },
					default: circuitBreakerDefaults.failureShare,
					description: 'How many of 100 requests have to fail for a pause, for example 50',
				},
				{
					displayName: 'Minimum Requests',
					name: 'minimumRequests',
					type: 'number',
					typeOptions: { minValue: 1, numberPrecision: 0 },
					default: circuitBreakerDefaults.minimumRequests,
					description:
						'How many requests have to be counted before there can be a pause, for example 20',
				},
				{
					displayName: 'Window (Ms)',
					name: 'window',
					type: 'number',
					typeOptions: { minValue: 100 },
					default: circuitBreakerDefaults.window,
					description:
						'Milliseconds over which requests are counted, for example 30000 for the last half minute',
				},
				{
					displayName: 'Pause (Ms)',
					name: 'openFor',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: circuitBreakerDefaults.openFor,
					description:
						'Milliseconds for which nothing is sent to the server before it is tried again, for example 30000',
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
							description: 'Until the server is well, for as long as Retry > Total Time allows',
						},
						{
							name: 'Items Fail at Once',
							value: 'fail',
							description: 'Without being sent, for example to go on with the error output',
						},
					],
					default: circuitBreakerDefaults.whenOpen,
					description: 'What to do with items for this server in the meantime',
				},
			],
		},
	],
};

export const failureBudgetOption: INodeProperties = {
	displayName: 'Failure Budget',
	name: 'failureBudget',
	type: 'fixedCollection',
	typeOptions: { multipleValues: false },
	placeholder: 'Add Failure Budget',
	default: { failureBudget: {} },
	description:
		'Stops the run when too many items have failed. Items that succeeded are returned, the rest says "Not tried". It takes effect if On Error of the node lets the workflow continue; else the first failure stops the run.',
	options: [
		{
			displayName: 'Failure Budget',
			name: 'failureBudget',
			values: [
				{
					displayName: 'Measure',
					name: 'measure',
					type: 'options',
					noDataExpression: true,
					options: [
						{ name: 'Number of Items', value: 'count', description: 'For example 10' },
						{ name: 'Share of Items', value: 'share', description: 'For example 50 percent' },
					],
					default: failureBudgetDefaults.measure,
					description: 'How the number of failures is judged',
				},
				{
					displayName: 'Max Failures (%)',
					name: 'maxShare',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 100 },
					displayOptions: { show: { measure: ['share'] } },
					default: failureBudgetDefaults.maxShare,
					description:
						'The run stops when more than this share of the items so far has failed, for example 50',
				},
				{
					displayName: 'Minimum Items',
					name: 'minimumItems',
					type: 'number',
					typeOptions: { minValue: 1, numberPrecision: 0 },
					displayOptions: { show: { measure: ['share'] } },
					default: failureBudgetDefaults.minimumItems,
					description: 'How many items have to be done before the share counts, for example 20',
				},
				{
					displayName: 'Max Failures',
					name: 'maxFailures',
					type: 'number',
					typeOptions: { minValue: 0, numberPrecision: 0 },
					displayOptions: { show: { measure: ['count'] } },
					default: failureBudgetDefaults.maxFailures,
					description: 'The run stops when more items than this have failed, for example 10',
				},
			],
		},
	],
};
