import type { INodeProperties } from 'n8n-workflow';

import { group } from './fields';
import { summary } from './summary';

export const putResponseFields: INodeProperties[] = [
	{
		displayName: 'Place',
		name: 'in',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'A Field of the Input Item',
				value: 'field',
				description: 'One field with the response, beside the fields and files of the input item',
			},
			{
				name: 'Merged Into the Input Item',
				value: 'merge',
				description:
					'The fields of the response beside those of the input item; a list gives an item for each entry',
			},
			{
				name: 'The Item',
				value: 'item',
				description: 'The fields of the response alone, as without this setting',
			},
		],
		default: 'field',
		description: 'Where the response goes, for example beside the fields of a row to enrich',
	},
	{
		displayName: 'Field Name',
		name: 'field',
		type: 'string',
		displayOptions: { show: { in: ['field'] } },
		default: 'response',
		placeholder: 'e.g. company',
		description: 'Name of the field that receives the response, for example <code>company</code>',
	},
	{
		displayName: 'On Equal Names',
		name: 'onEqualNames',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { in: ['merge'] } },
		options: [
			{
				name: 'Keep the Input',
				value: 'input',
				description: 'For example to fill in only what a row does not have yet',
			},
			{
				name: 'Take the Response',
				value: 'response',
				description: 'For example to bring the fields of a row up to date',
			},
		],
		default: 'response',
		description:
			'Which value to keep if the input item and the response both have a field of that name',
	},
];

export const itemsFromFields: INodeProperties[] = [
	{
		displayName: 'Path',
		name: 'path',
		type: 'string',
		default: 'data',
		placeholder: 'e.g. data.items',
		description:
			'Where in the response the list is, for example <code>data.items</code> or <code>result["open orders"]</code>. An object there becomes one item.',
	},
	{
		displayName: 'Also Keep',
		name: 'keep',
		type: 'string',
		default: '',
		placeholder: 'e.g. total, meta.currency',
		description:
			'Fields from outside the list that every item gets as well, separated by commas, for example <code>total, meta.currency</code>',
	},
	{
		displayName: 'If It Is Missing',
		name: 'ifMissing',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Fail the Item',
				value: 'error',
				description: 'The error says which fields the response has',
			},
			{
				name: 'Give No Items',
				value: 'nothing',
				description: 'For example if the API leaves the list out when it is empty',
			},
		],
		default: 'error',
		description:
			'What happens if the response has no list at the path. A response without a body never fails.',
	},
];

export const onlyFields: INodeProperties = {
	displayName: 'Only These Fields',
	name: 'onlyFields',
	type: 'string',
	default: '',
	placeholder: 'e.g. id, address.city, lines.sku',
	description:
		'Fields of a JSON response to keep, separated by commas, for example <code>id, address.city, lines.sku</code>; in a list they are fields of its entries. All other fields are dropped before the next response is read, which saves memory.',
};

export const requestDetailsFields: INodeProperties[] = [
	{
		displayName: 'Field Name',
		name: 'field',
		type: 'string',
		default: 'request',
		placeholder: 'e.g. request',
		description:
			'Name of the field that receives the details, for example <code>request</code>. In error items it is a field of <code>error</code>.',
	},
];

/** What becomes of responses. Without any of it, the output is that of HTTP Request. */
export const output: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'collection',
	placeholder: 'Add Output Setting',
	default: {},
	description: 'How responses become items. Without a setting, each response is an item.',
	options: [
		group({
			displayName: 'Items From',
			name: 'itemsFrom',
			description: 'Makes an item of each element of a list within the response',
			values: itemsFromFields,
		}),
		onlyFields,
		group({
			displayName: 'Put Response In',
			name: 'putResponse',
			description: 'Keeps the fields and files of the input item beside the response',
			values: putResponseFields,
		}),
		group({
			displayName: 'Request Details',
			name: 'requestDetails',
			description:
				'Adds to each item its URL, status, tries, timing, bytes and connection, for example to find slow requests',
			values: requestDetailsFields,
		}),
		summary,
	],
};
