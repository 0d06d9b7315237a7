import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** The value of `authentication`, and the name of the credential, for this package's own credential. */
export const CONCURRENT_HTTP_API = 'concurrentHttpApi';

/** The values of `genericAuthType`, and the names of n8n's credentials, that this node can apply. */
export const genericAuthTypes = [
	'httpBasicAuth',
	'httpBearerAuth',
	'httpCustomAuth',
	'httpHeaderAuth',
	'httpQueryAuth',
] as const;

export type GenericAuthType = (typeof genericAuthTypes)[number];

/** Other generic types, which the editor lists all the same, and how it calls them. */
export const otherGenericAuthTypes: Record<string, string> = {
	httpDigestAuth: 'Digest Auth',
	httpTemplatedCustomAuth: 'Simplified Custom Auth',
	oAuth1Api: 'OAuth1 API',
	oAuth2Api: 'OAuth2 API',
};

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
					"One of n8n's own Basic, Bearer, Custom, Header and Query credentials, for example one you use in HTTP Request",
			},
		],
		default: 'none',
		description: 'How the API is told who you are. The secret stays in the credential.',
	},
	{
		// Says where the editor shows the credential; without it, above Authentication.
		displayName: 'Credential',
		name: 'credentialPosition',
		type: 'credentials',
		displayOptions: { show: { authentication: [CONCURRENT_HTTP_API] } },
		default: '',
	},
	{
		// The editor draws a parameter of this name as a list of credential types, whatever its type
		// is, and cannot be told to list some of the generic ones only. Hence the notice below.
		displayName: 'Generic Auth Type',
		name: 'genericAuthType',
		type: 'credentialsSelect',
		noDataExpression: true,
		required: true,
		credentialTypes: ['has:genericAuth'],
		displayOptions: { show: { authentication: ['genericCredentialType'] } },
		default: '',
		description:
			'For example Bearer Auth for <code>Authorization: Bearer …</code>, or Header Auth for <code>X-API-Key: …</code>',
	},
	{
		displayName:
			'This type is not supported yet. Choose Basic, Bearer, Custom, Header or Query Auth.',
		name: 'genericAuthTypeNotice',
		type: 'notice',
		displayOptions: {
			show: {
				authentication: ['genericCredentialType'],
				genericAuthType: Object.keys(otherGenericAuthTypes),
			},
		},
		default: '',
	},
];

/** Every credential the node may ask for; n8n hands out no other. */
export const credentials: INodeCredentialDescription[] = [
	{
		name: CONCURRENT_HTTP_API,
		required: true,
		displayOptions: { show: { authentication: [CONCURRENT_HTTP_API] } },
	},
	...genericAuthTypes.map((name) => ({
		name,
		required: true,
		displayOptions: {
			show: {
				authentication: ['genericCredentialType'],
				genericAuthType: [name],
				// Below Generic Auth Type the editor shows a field for the credential by itself, and
				// for this entry it would show a second one. No parameter has this name, so for n8n's
				// engine the condition holds. The editor gets the description as JSON, where
				// `undefined` in a list is `null`, and there the condition does not hold.
				genericAuthTypeShowsCredential: [undefined],
			},
		},
	})),
];
