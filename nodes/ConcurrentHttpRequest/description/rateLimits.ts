import type { INodeProperties } from 'n8n-workflow';

import { notForModels } from './fields';

/** Milliseconds of each unit that an interval can be stated in. */
export const intervalUnits = {
	ms: 1,
	seconds: 1000,
	minutes: 60_000,
	hours: 3_600_000,
	days: 86_400_000,
} as const;

const amountAndInterval: INodeProperties[] = [
	{
		displayName: 'At Most',
		name: 'amount',
		type: 'number',
		default: 100,
		description:
			'How much may be used in any interval of this length, for example 100 for "100 requests per minute"',
	},
	{
		displayName: 'Every',
		name: 'interval',
		type: 'number',
		default: 1,
		description: 'Length of the interval, for example 1 for each minute or 10 for every 10 seconds',
	},
	{
		displayName: 'Interval Unit',
		name: 'intervalUnit',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Milliseconds', value: 'ms' },
			{ name: 'Seconds', value: 'seconds' },
			{ name: 'Minutes', value: 'minutes' },
			{ name: 'Hours', value: 'hours' },
			{ name: 'Days', value: 'days' },
		],
		default: 'minutes',
		description: 'What the interval is counted in, for example Minutes for "100 per minute"',
	},
];

const counts: INodeProperties[] = [
	{
		displayName: 'What It Counts',
		name: 'counts',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Cost',
				value: 'cost',
				description: 'A number for each item, for example its tokens, rows or bytes',
			},
			{ name: 'Requests', value: 'requests', description: 'Each request counts as 1' },
		],
		default: 'requests',
		description: 'What the documentation of the API limits, for example Cost for "90,000 tokens"',
	},
	{
		displayName: 'Cost',
		name: 'cost',
		type: 'number',
		displayOptions: { show: { counts: ['cost'] } },
		default: 1,
		description:
			'What the request of an item costs, for example <code>{{ $json.text.length / 4 }}</code> tokens or <code>{{ $json.rows.length }}</code>',
	},
	{
		displayName: 'Cost Name',
		name: 'costName',
		type: 'string',
		displayOptions: { show: { counts: ['cost'] } },
		default: 'units',
		placeholder: 'e.g. tokens',
		description:
			'What the cost is counted in, in the plural, for example <code>tokens</code>. Nodes that share limits count together what has the same name.',
	},
];

const spreadEvenly: INodeProperties = {
	displayName: 'Spread Evenly',
	name: 'spreadEvenly',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether to space the requests evenly, for example one every 600 ms for 100 a minute, rather than send as fast as possible until the limit is reached',
};

export const safetyMargin: INodeProperties = {
	displayName: 'Safety Margin (Seconds)',
	name: 'safetyMargin',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		'Seconds for which a request counts beyond the interval, for example 0.2 for an API behind servers whose clocks differ by up to 200 ms, or that counts requests late when it is busy. It lowers the rate: with 0.2, a limit of 100 a second sends 83. Use 0 unless the API refuses requests although the limit is right.',
};

/**
 * Rows of limits, each `amount` in any `interval`.
 *
 * @param description what they hold for
 */
function rateLimitsWith(values: INodeProperties[], description: string): INodeProperties {
	return {
		displayName: 'Rate Limits',
		name: 'rateLimits',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, hideEmptyMessage: true },
		placeholder: 'Add Rate Limit',
		default: {},
		description,
		options: [{ displayName: 'Rate Limit', name: 'limits', values }],
	};
}

const rateLimitsOfNode = rateLimitsWith(
	[...amountAndInterval, ...counts, spreadEvenly, safetyMargin],
	'How much the API allows per interval, as its documentation states it. All rate limits hold at once, for example 500 requests a minute and 10,000 a day. Requests wait no longer than needed.',
);

export const nodeRateLimits = notForModels({
	...rateLimitsOfNode,
	builderHint: {
		propertyHint:
			'Set it when the API documents a limit, for example { limits: [{ amount: 100, interval: 1, intervalUnit: "minutes" }] } for 100 requests per minute. Do not build limits with Wait nodes or Loop Over Items.',
	},
});

/** A credential is read once a run, so it can count requests only. */
export const accountRateLimits = rateLimitsWith(
	[...amountAndInterval, safetyMargin],
	'How many requests the API allows this account per interval, for example 500 a minute and 10,000 a day. All workflows that use this credential share these limits.',
);

export const accountMaxConcurrency: INodeProperties = {
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	default: 0,
	description:
		'How many requests with this credential may be in flight at the same time, in all workflows together, for example 20 if the API allows 20 per account. Use 0 for no limit.',
};
