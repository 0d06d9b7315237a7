import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** The value of `authentication`, and the name of the credential, for this package's own credential. */
export const CONCURRENT_HTTP_API = 'concurrentHttpApi';

/** n8n's generic credential types that this node can apply, and how the panel calls them. */
export const genericAuthTypes = {
	httpBasicAuth: 'Basic Auth',
	httpBearerAuth: 'Bearer Auth',
	httpCustomAuth: 'Custom Auth',
	httpHeaderAuth: 'Header Auth',
	httpQueryAuth: 'Query Auth',
} as const;

export type GenericAuthType = keyof typeof genericAuthTypes;

export const authenticationProperties: INodeProperties[] = [
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'None',
				value: 'none',
				description: 'Send no credentials, for example to a public API',
			},
			{
				name: 'Concurrent HTTP API',
				value: CONCURRENT_HTTP_API,
				description: 'One credential for one API: its base URL, its secret, and a connection test',
			},
			{
				name: 'Generic Credential Type',
				value: 'genericCredentialType',
				description:
					"One of n8n's own Basic, Bearer, Custom, Header and Query credentials, for example those you use in HTTP Request",
			},
		],
		default: 'none',
		description: 'Who the requests are sent as. The secret stays in the credential.',
	},
	{
		displayName: 'Generic Auth Type',
		name: 'genericAuthType',
		type: 'options',
		noDataExpression: true,
		required: true,
		displayOptions: { show: { authentication: ['genericCredentialType'] } },
		options: [
			// HTTP Request's default is '', so it is ours. As an option of its own it also keeps the
			// editor from moving this field into the credential's dialog, which it does with a field
			// whose every option leads to a credential.
			{ name: 'Choose a Type', value: '' },
			...Object.entries(genericAuthTypes).map(([value, name]) => ({ name, value })),
		],
		default: '',
		description:
			'How the API wants to be told who you are, for example Bearer Auth for <code>Authorization: Bearer …</code> or Header Auth for <code>X-API-Key: …</code>',
	},
];

/** Every credential the node may ask for; n8n hands out no other. */
export const credentials: INodeCredentialDescription[] = [
	{
		name: CONCURRENT_HTTP_API,
		required: true,
		displayOptions: { show: { authentication: [CONCURRENT_HTTP_API] } },
	},
	...Object.keys(genericAuthTypes).map((name) => ({
		name,
		required: true,
		displayOptions: {
			show: { authentication: ['genericCredentialType'], genericAuthType: [name] },
		},
	})),
];
