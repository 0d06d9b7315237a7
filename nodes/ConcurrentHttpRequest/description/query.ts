import type { INodeProperties } from 'n8n-workflow';

import { keyValuePairs, usingFields, usingJson } from './fields';

/** Parameters after the `?` of the URL. */
export const queryProperties: INodeProperties[] = [
	{
		displayName: 'Send Query Parameters',
		name: 'sendQuery',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description:
			'Whether to append parameters to the URL, for example <code>?page=2&limit=50</code>',
	},
	{
		displayName: 'Specify Query Parameters',
		name: 'specifyQuery',
		type: 'options',
		displayOptions: { show: { sendQuery: [true] } },
		options: [
			usingFields('One name and one value per parameter'),
			usingJson('All parameters as one JSON object, for example to build them in an expression'),
		],
		default: 'keypair',
	},
	keyValuePairs({
		displayName: 'Query Parameters',
		name: 'queryParameters',
		displayOptions: { show: { sendQuery: [true], specifyQuery: ['keypair'] } },
		row: 'Query Parameter',
		nameExample: 'limit',
		valueExample: '50',
		description:
			'Enter names and values unencoded, for example <code>rock & roll</code>; the node encodes them. A name that occurs more than once is sent as a list, for example <code>tag[0]=new&tag[1]=open</code>, even after importing <code>tag=new&tag=open</code> from cURL. Options > Array Format in Query changes how lists are written.',
	}),
	{
		displayName: 'JSON',
		name: 'jsonQuery',
		type: 'json',
		displayOptions: { show: { sendQuery: [true], specifyQuery: ['json'] } },
		default: '',
		placeholder: '{ "page": 2, "tag": ["new", "open"] }',
		description:
			'Object with a property per parameter. Options > Array Format in Query decides how lists are written.',
	},
];
