import type { INodeProperties } from 'n8n-workflow';

/** Whether connections are used again. */
export const connection: INodeProperties = {
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
	default: 'keepAlive',
	description:
		'Whether a connection is used again after a response, for example Close for a server that ends connections without notice',
};
