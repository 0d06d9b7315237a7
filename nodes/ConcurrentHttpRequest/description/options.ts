import type { INodeProperties } from 'n8n-workflow';

import { circuitBreakerOption } from './failures';
import { group } from './fields';
import { batching, limitOptions } from './limits';
import { pagination } from './pagination';
import { stopAfterOption } from './stopAfter';
import { testingOptions } from './testing';

const allowUnauthorizedCerts: INodeProperties = {
	displayName: 'Ignore SSL Issues (Insecure)',
	name: 'allowUnauthorizedCerts',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether to connect even if the server cannot prove who it is, for example with a self-signed certificate on your own network. Anyone in between can then read and change what is sent.',
};

const queryParameterArrays: INodeProperties = {
	displayName: 'Array Format in Query',
	name: 'queryParameterArrays',
	type: 'options',
	displayOptions: { show: { '/sendQuery': [true] } },
	options: [
		{ name: 'No Brackets', value: 'repeat', description: 'For example id=1&id=2' },
		{ name: 'Brackets Only', value: 'brackets', description: 'For example id[]=1&id[]=2' },
		{ name: 'Brackets with Indices', value: 'indices', description: 'For example id[0]=1&id[1]=2' },
	],
	default: 'brackets',
	description:
		'How a parameter with several values is written; the documentation of the API says which it expects. Without this option it is written with indices.',
};

const lowercaseHeaders: INodeProperties = {
	displayName: 'Lowercase Headers',
	name: 'lowercaseHeaders',
	type: 'boolean',
	default: true,
	description:
		'Whether to send the names of your headers in lower case, for example <code>x-trace</code> for <code>X-Trace</code>. Servers must treat both alike; switch it off for one that does not.',
};

export const maxRedirects: INodeProperties = {
	displayName: 'Max Redirects',
	name: 'maxRedirects',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	displayOptions: { show: { followRedirects: [true] } },
	default: 21,
	description: 'After how many redirects a request fails, for example 5',
};

const redirect = group({
	displayName: 'Redirects',
	name: 'redirect',
	inner: { name: 'redirect', displayName: 'Redirect' },
	description: 'Without this option up to 21 redirects are followed',
	values: [
		{
			displayName: 'Follow Redirects',
			name: 'followRedirects',
			type: 'boolean',
			noDataExpression: true,
			default: true,
			description:
				'Whether to go on to the address that a 3xx response names. If off, the item fails, or that response is the result if Never Error is on.',
		},
		maxRedirects,
	],
});

const response = group({
	displayName: 'Response',
	name: 'response',
	values: [
		{
			displayName: 'Headers and Status',
			name: 'fullResponse',
			type: 'boolean',
			default: false,
			description:
				'Whether to return <code>body</code>, <code>headers</code>, <code>statusCode</code> and <code>statusMessage</code>, for example to read <code>headers.etag</code>, and not the body alone',
		},
		{
			displayName: 'Never Error',
			name: 'neverError',
			type: 'boolean',
			default: false,
			description:
				'Whether to hand on every response as a result, whatever its status, for example a 404 that only means "not there". Requests without a response still fail.',
		},
		{
			displayName: 'Response Format',
			name: 'responseFormat',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Autodetect',
					value: 'autodetect',
					description: 'JSON, text or file, as the Content-Type of each response says',
				},
				{
					name: 'File',
					value: 'file',
					description: 'Binary data, for example an image or a PDF',
				},
				{
					name: 'JSON',
					value: 'json',
					description: 'Fields of the item; a list becomes items',
				},
				{
					name: 'Text',
					value: 'text',
					description: 'One field with the text, for example HTML',
				},
			],
			default: 'autodetect',
			description: 'What to make of the body of a response',
		},
		{
			displayName: 'Put Output in Field',
			name: 'outputPropertyName',
			type: 'string',
			required: true,
			displayOptions: { show: { responseFormat: ['file', 'text'] } },
			default: 'data',
			placeholder: 'e.g. invoice',
			description:
				'Name of the field that receives the text or the file, for example <code>html</code> or <code>invoice</code>',
		},
	],
});

const proxy: INodeProperties = {
	displayName: 'Proxy',
	name: 'proxy',
	type: 'string',
	default: '',
	placeholder: 'e.g. http://proxy.example.com:3128',
	description:
		"Proxy to send these requests through, for example <code>http://user:password@proxy.example.com:3128</code>. Without it the HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY of n8n's environment apply.",
};

const timeout: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 10000,
	description:
		'How many milliseconds a request may take, from connecting to the last byte of its response, for example 10000 for 10 seconds. Time spent waiting for its turn does not count. Without this option the limit is 5 minutes.',
};

const sendCredentialsOnCrossOriginRedirect: INodeProperties = {
	displayName: 'Send Credentials on Redirect',
	name: 'sendCredentialsOnCrossOriginRedirect',
	type: 'boolean',
	// HTTP Request sends them by default up to its version 4.3. We drop them when the origin
	// changes, whatever the version, unless this option is set.
	default: false,
	description:
		'Whether to send credentials on when a redirect leads to another origin, for example from https://api.example.com to https://files.example.net. Leave it off unless you trust every server on the way.',
};

/** Added to forbid what is used without it. */
const http2: INodeProperties = {
	displayName: 'HTTP/2',
	name: 'http2',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether to use HTTP/2 with https servers that offer it, where one connection carries many requests at the same time. Without this option it is used; add it, and leave it off, for a server that does not work well over HTTP/2.',
};

/** Whether connections are used again. */
const connection: INodeProperties = {
	displayName: 'Connection',
	name: 'connection',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Close',
			value: 'close',
			description:
				'Each request gets a new connection, over HTTP/1.1. Slower, but nothing is shared.',
		},
		{
			name: 'Keep Alive',
			value: 'keepAlive',
			description: 'Connections carry one request after the other, which is faster',
		},
	],
	default: 'close',
	description:
		'Whether a connection is used again after a response, for example Close for a server that ends connections without notice. Without this option connections are used again.',
};

/** Bounds what a response takes of n8n's memory. */
export const maxResponseSize: INodeProperties = {
	displayName: 'Max Response Size (MB)',
	name: 'maxResponseSize',
	type: 'number',
	typeOptions: { minValue: 0.001, maxValue: 512 },
	default: 64,
	description:
		'How many megabytes a response may have after decompression, for example 200 for a large export. A larger response fails its item, so that it cannot use up the memory of n8n. A file is stored while it arrives and may have any size. Without this option the limit is 64.',
};

const webdavMethods: INodeProperties = {
	displayName: 'Enable WebDAV Methods',
	name: 'webdavMethods',
	type: 'boolean',
	default: false,
	description:
		'Whether to offer the methods of WebDAV as well: PROPFIND, MKCOL, MOVE, COPY and REPORT, for example to list a folder of Nextcloud with PROPFIND',
};

/** Options that HTTP Request does not have. */
export const ownOptions: readonly INodeProperties[] = [
	http2,
	connection,
	maxResponseSize,
	...limitOptions,
	circuitBreakerOption,
	stopAfterOption,
	...testingOptions,
];

/** What is set only when the defaults do not fit. */
export const optionsProperties: INodeProperties[] = [
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		// What people look for comes first.
		options: [
			response,
			pagination,
			timeout,
			stopAfterOption,
			...testingOptions,
			...limitOptions,
			circuitBreakerOption,
			batching,
			redirect,
			sendCredentialsOnCrossOriginRedirect,
			queryParameterArrays,
			lowercaseHeaders,
			proxy,
			allowUnauthorizedCerts,
			maxResponseSize,
			http2,
			connection,
			webdavMethods,
		],
	},
];
