import type { INodeProperties } from 'n8n-workflow';

type Shown = NonNullable<NonNullable<INodeProperties['displayOptions']>['show']>;

/** As in HTTP Request, only where the node is the tool of an agent (`@tool`). */
const optimized = (show: Shown): INodeProperties['displayOptions'] => ({
	show: { '@tool': [true], optimizeResponse: [true], ...show },
});

const OF_JSON: Shown = { responseType: ['json'] };
const OF_HTML: Shown = { responseType: ['html'] };
const OF_TEXTS: Shown = { responseType: ['text', 'html'] };

export const maxLength: INodeProperties = {
	displayName: 'Max Response Characters',
	name: 'maxLength',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	displayOptions: optimized({ ...OF_TEXTS, truncateResponse: [true] }),
	default: 1000,
	description: 'How many characters to hand on at most, for example 1000',
};

/** How much of a response an agent's language model gets to read. */
export const optimizeResponseProperties: INodeProperties[] = [
	{
		displayName: 'Optimize Response',
		name: 'optimizeResponse',
		type: 'boolean',
		noDataExpression: true,
		displayOptions: { show: { '@tool': [true] } },
		default: false,
		description:
			'Whether to hand on only the part of a response that the agent needs: models answer better, faster and cheaper when they have less to read',
	},
	{
		displayName: 'Expected Response Type',
		name: 'responseType',
		type: 'options',
		displayOptions: optimized({}),
		options: [
			{ name: 'JSON', value: 'json', description: 'Hand on some of the fields' },
			{ name: 'HTML', value: 'html', description: 'Hand on some elements of a page' },
			{
				name: 'Text',
				value: 'text',
				description: 'Hand on the text of an article, without menus and advertisements',
			},
		],
		default: 'json',
		description: 'What kind of response the server sends',
	},
	{
		displayName: 'Field Containing Data',
		name: 'dataField',
		type: 'string',
		displayOptions: optimized(OF_JSON),
		requiresDataPath: 'single',
		default: '',
		placeholder: 'e.g. records',
		hint: 'Leave empty to use the whole response',
		description:
			'Name of the field of the response that holds the data, for example <code>records</code>',
	},
	{
		displayName: 'Include Fields',
		name: 'fieldsToInclude',
		type: 'options',
		displayOptions: optimized(OF_JSON),
		options: [
			{ name: 'All', value: 'all', description: 'Hand on all fields' },
			{ name: 'Except', value: 'except', description: 'Hand on all fields but those below' },
			{ name: 'Selected', value: 'selected', description: 'Hand on the fields below only' },
		],
		default: 'all',
		description: 'Which fields of each entry to hand on',
	},
	{
		displayName: 'Fields',
		name: 'fields',
		type: 'string',
		displayOptions: { ...optimized(OF_JSON), hide: { fieldsToInclude: ['all'] } },
		requiresDataPath: 'multiple',
		default: '',
		placeholder: 'e.g. id,address.city',
		description:
			'Names of the fields, with commas between them and dots for what is nested, for example <code>id,address.city</code>',
	},
	{
		displayName: 'Selector (CSS)',
		name: 'cssSelector',
		type: 'string',
		displayOptions: optimized(OF_HTML),
		default: 'body',
		placeholder: 'e.g. body',
		description:
			'CSS selector of the elements to hand on, for example <code>main</code> or <code>.price</code>',
	},
	{
		displayName: 'Return Only Content',
		name: 'onlyContent',
		type: 'boolean',
		displayOptions: optimized(OF_HTML),
		default: false,
		description: 'Whether to hand on the text of the elements only, without tags and attributes',
	},
	{
		displayName: 'Elements To Omit',
		name: 'elementsToOmit',
		type: 'string',
		displayOptions: optimized({ ...OF_HTML, onlyContent: [true] }),
		default: '',
		placeholder: 'e.g. img, .className, #ItemId',
		description:
			'CSS selectors, with commas between them, of elements whose text to leave out, for example <code>nav, .ads</code>',
	},
	{
		displayName: 'Truncate Response',
		name: 'truncateResponse',
		type: 'boolean',
		displayOptions: optimized(OF_TEXTS),
		default: false,
		description: 'Whether to cut off what is longer than Max Response Characters',
	},
	maxLength,
];
