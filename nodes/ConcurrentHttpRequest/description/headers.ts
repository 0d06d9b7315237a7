import type { INodeProperties } from 'n8n-workflow';

import { keyValuePairs, usingFields, usingJson } from './fields';

export const headersProperties: INodeProperties[] = [
	{
		displayName: 'Send Headers',
		name: 'sendHeaders',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description:
			'Whether to send headers of your own, for example <code>Accept-Language: en</code>. Secrets belong in a credential.',
	},
	{
		displayName: 'Specify Headers',
		name: 'specifyHeaders',
		type: 'options',
		displayOptions: { show: { sendHeaders: [true] } },
		options: [
			usingFields('One name and one value per header'),
			usingJson('All headers as one JSON object, for example to build them in an expression'),
		],
		default: 'keypair',
	},
	keyValuePairs({
		displayName: 'Headers',
		name: 'headerParameters',
		displayOptions: { show: { sendHeaders: [true], specifyHeaders: ['keypair'] } },
		row: 'Header',
		nameExample: 'Accept-Language',
		valueExample: 'en',
		description: 'Pairs without a name are left out',
	}),
	{
		displayName: 'JSON',
		name: 'jsonHeaders',
		type: 'json',
		displayOptions: { show: { sendHeaders: [true], specifyHeaders: ['json'] } },
		default: '',
		placeholder: '{ "Accept-Language": "en", "X-Trace": "nightly" }',
		description: 'Object with a property per header',
	},
];
