import type { INodeProperties } from 'n8n-workflow';

/** Forbids what is used by default, so it is on unless added and switched off. */
export const http2: INodeProperties = {
	displayName: 'HTTP/2',
	name: 'http2',
	type: 'boolean',
	noDataExpression: true,
	default: true,
	description:
		'Whether to use HTTP/2 with https servers that offer it, where one connection carries many requests at the same time. It is used without this option too; add it and switch it off for a server that does not work well over HTTP/2.',
};
