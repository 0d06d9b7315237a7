import type { INodeProperties } from 'n8n-workflow';

import { webdavMethodChoices } from './webdav';

const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** What to send and where: the method and the URL. */
export const requestProperties: INodeProperties[] = [
	{
		// A button; n8n's editor sets the parameters by HTTP Request's names.
		displayName: '',
		name: 'curlImport',
		type: 'curlImport',
		default: '',
	},
	{
		displayName: 'Method',
		name: 'method',
		type: 'options',
		options: [
			...methods.map((method) => ({ name: method, value: method })),
			...webdavMethodChoices,
		],
		default: 'GET',
		description: 'HTTP method of the requests, for example GET to read or POST to create',
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://api.example.com/users/42',
		description:
			'Address each item is sent to, as a rule an expression, for example <code>https://api.example.com/users/{{ $json.id }}</code>. With the Concurrent HTTP API credential a path such as <code>/users/{{ $json.id }}</code> is enough: it is appended to the base URL of the credential.',
	},
];
