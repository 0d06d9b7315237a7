import type { INodeProperties } from 'n8n-workflow';

import { group, NOT_IN_TOOLS, withoutExpressions } from './fields';

export const stopAfterFields: INodeProperties[] = [
	{
		displayName:
			'Set Settings > On Error to <i>Continue</i> or <i>Continue (using error output)</i>, because items that were not tried become error items.',
		name: 'stopAfterNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Condition',
		name: 'after',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Time', value: 'time', description: 'For example after 5 minutes' },
			{
				name: 'Number of Failed Items',
				value: 'failedItems',
				description: 'For example at the tenth failure',
			},
			{
				name: 'Share of Failed Items',
				value: 'failedShare',
				description: 'For example when half of the items have failed',
			},
		],
		default: 'time',
		description: 'What ends the run, for example a time',
	},
	{
		displayName: 'Time (Seconds)',
		name: 'time',
		type: 'number',
		typeOptions: { minValue: 1 },
		displayOptions: { show: { after: ['time'] } },
		default: 300,
		description:
			'After how many seconds nothing more is sent, for example 300 for five minutes. Requests in flight finish, each within Options > Timeout.',
	},
	{
		displayName: 'Failed Items',
		name: 'failedItems',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		displayOptions: { show: { after: ['failedItems'] } },
		default: 10,
		description: 'How many items must fail before the run stops, for example 10',
	},
	{
		displayName: 'Failed Items (%)',
		name: 'failedShare',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100 },
		displayOptions: { show: { after: ['failedShare'] } },
		default: 50,
		description:
			'How many of every 100 finished items must have failed before the run stops, for example 50',
	},
	{
		displayName: 'Minimum Items',
		name: 'minimumItems',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		displayOptions: { show: { after: ['failedShare'] } },
		default: 20,
		description: 'How many items must be finished before the share counts, for example 20',
	},
];

export const stopAfterOption = group({
	displayOptions: { hide: NOT_IN_TOOLS },
	displayName: 'Stop After',
	name: 'stopAfter',
	description:
		'Ends the run early, after a time or when too many items have failed, for example because a credential has expired. Finished items are returned; the rest become error items that say "Not tried".',
	values: stopAfterFields.map(withoutExpressions),
});
