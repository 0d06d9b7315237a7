import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Methods of RFC 4918 and RFC 3253 that HTTP Request offers. */
const WEBDAV_METHODS = ['COPY', 'MKCOL', 'MOVE', 'PROPFIND', 'REPORT'];

/**
 * Offered where the option is on. Where it is not, the one that is chosen stays in the list, so that
 * the panel shows what is sent: the option may have been removed, or the method imported.
 */
const webdavMethodChoices: INodePropertyOptions[] = WEBDAV_METHODS.flatMap((method) => {
	const choice = { name: method, value: method };
	const isAnother = { _cnd: { not: method } };
	return [
		{ ...choice, displayOptions: { show: { 'options.webdavMethods': [true] } } },
		{
			...choice,
			displayOptions: { hide: { method: [isAnother], 'options.webdavMethods': [true] } },
		},
	];
});

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
			...METHODS.map((method) => ({ name: method, value: method })),
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
			'Address to send each item to, usually an expression, for example <code>https://api.example.com/users/{{ $json.id }}</code>. With the Concurrent HTTP API credential a path such as <code>/users/{{ $json.id }}</code> is enough: it is appended to the base URL of the credential.',
	},
];
