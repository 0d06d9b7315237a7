import type { INodeProperties } from 'n8n-workflow';

import { group } from './fields';

/** Protects against pages without end. */
export const pageLimit: INodeProperties = {
	displayName: 'Fail After (Pages)',
	name: 'pageLimit',
	type: 'number',
	noDataExpression: true,
	typeOptions: { minValue: 1, numberPrecision: 0 },
	displayOptions: { hide: { paginationMode: ['off'], limitPagesFetched: [true] } },
	default: 1000,
	description:
		'How many pages an item may have, for example 5000 for a large export. An item with more pages fails, because an API that ignores the page number would give pages without end. To stop without an error, use Limit Pages Fetched.',
};

/** Shown while pagination is on. */
const whenOn = { hide: { paginationMode: ['off'] } };

const values: INodeProperties[] = [
	{
		displayName: 'Pagination Mode',
		name: 'paginationMode',
		type: 'options',
		typeOptions: { noDataExpression: true },
		options: [
			{ name: 'Off', value: 'off', description: 'One request per item' },
			{
				name: 'Update a Parameter in Each Request',
				value: 'updateAParameterInEachRequest',
				description: 'For APIs that count pages, or that hand out a cursor for the next one',
			},
			{
				name: 'Response Contains Next URL',
				value: 'responseContainsNextURL',
				description: 'For APIs whose response says where the next page is',
			},
		],
		default: 'updateAParameterInEachRequest',
		description: 'How to request the next page. Each item has pages of its own.',
	},
	{
		displayName:
			'In expressions <code>$response</code> is the previous response (<code>body</code>, <code>headers</code>, <code>statusCode</code>), <code>$pageCount</code> the number of pages so far, and <code>$request</code> the item’s request',
		name: 'webhookNotice',
		type: 'notice',
		displayOptions: whenOn,
		default: '',
	},
	{
		displayName: 'Next URL',
		name: 'nextURL',
		type: 'string',
		displayOptions: { show: { paginationMode: ['responseContainsNextURL'] } },
		default: '',
		placeholder: 'e.g. {{ $response.body.next }}',
		description:
			'Expression that gives the URL of the next page, for example <code>{{ $response.body.next }}</code>. After the last page it may be empty.',
	},
	{
		displayName: 'Parameters',
		name: 'parameters',
		type: 'fixedCollection',
		displayOptions: { show: { paginationMode: ['updateAParameterInEachRequest'] } },
		typeOptions: {
			multipleValues: true,
			noExpression: true,
			fixedCollection: { itemTitle: '={{ $collection.item.value.name }}' },
		},
		placeholder: 'Add Parameter',
		default: { parameters: [{ type: 'qs', name: '', value: '' }] },
		description: 'What changes in the request for each page',
		options: [
			{
				name: 'parameters',
				displayName: 'Parameter',
				values: [
					{
						displayName: 'Type',
						name: 'type',
						type: 'options',
						options: [
							{ name: 'Body', value: 'body', description: 'A field of the body' },
							{ name: 'Header', value: 'headers', description: 'A header' },
							{ name: 'Query', value: 'qs', description: 'A parameter of the URL' },
						],
						default: 'qs',
						description: 'Where to set the parameter',
					},
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'e.g. page',
						description: 'Name of the parameter, as in the documentation of the API',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: 'e.g. {{ $pageCount + 1 }}',
						description:
							'Expression for each page, for example <code>{{ $pageCount + 1 }}</code> or <code>{{ $response.body.cursor }}</code>',
					},
				],
			},
		],
	},
	{
		displayName: 'Complete When',
		name: 'paginationCompleteWhen',
		type: 'options',
		typeOptions: { noDataExpression: true },
		displayOptions: whenOn,
		options: [
			{
				name: 'Response Is Empty',
				value: 'responseIsEmpty',
				description:
					'A page without a body, with an empty list, or whose only list is empty, for example <code>{ "items": [], "page": 7 }</code>',
			},
			{
				name: 'Receive Specific Status Code(s)',
				value: 'receiveSpecificStatusCodes',
				description: 'A page with one of these statuses, for example 404',
			},
			{ name: 'Other', value: 'other', description: 'When an expression is true' },
		],
		default: 'responseIsEmpty',
		description: 'When to stop requesting pages',
	},
	{
		displayName: 'Status Codes',
		name: 'statusCodesWhenComplete',
		type: 'string',
		typeOptions: { noDataExpression: true },
		displayOptions: { show: { paginationCompleteWhen: ['receiveSpecificStatusCodes'] } },
		default: '',
		placeholder: 'e.g. 204, 404',
		description: 'Statuses, separated by commas, for example <code>204, 404</code>',
	},
	{
		displayName: 'Complete If',
		name: 'completeExpression',
		type: 'string',
		displayOptions: { show: { paginationCompleteWhen: ['other'] } },
		default: '',
		placeholder: 'e.g. {{ !$response.body.hasMore }}',
		description:
			'Expression that is true at the last page, for example <code>{{ !$response.body.hasMore }}</code>',
	},
	{
		displayName: 'Limit Pages Fetched',
		name: 'limitPagesFetched',
		type: 'boolean',
		typeOptions: { noDataExpression: true },
		displayOptions: whenOn,
		default: false,
		noDataExpression: true,
		description: 'Whether to stop at a number of pages, whatever the server says',
	},
	{
		displayName: 'Max Pages',
		name: 'maxRequests',
		type: 'number',
		typeOptions: { noDataExpression: true },
		displayOptions: { show: { limitPagesFetched: [true] } },
		default: 100,
		description: 'Pages to fetch for each item at most, for example 100',
	},
	pageLimit,
	{
		displayName: 'Page Interval (ms)',
		name: 'requestInterval',
		type: 'number',
		displayOptions: whenOn,
		default: 0,
		typeOptions: { minValue: 0 },
		description:
			'Milliseconds to wait between two pages of an item, for example 500. Pages of different items do not wait for each other.',
	},
];

/** Several requests per item, one for each page of what the server has. */
export const pagination = group({
	displayName: 'Pagination',
	name: 'pagination',
	description: 'Fetch page after page of each item, until there are no more',
	values,
});
