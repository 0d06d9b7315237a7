import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** The value of `authentication`, and the name of the credential, for this package's own credential. */
export const CONCURRENT_HTTP_API = 'concurrentHttpApi';

/** The name of n8n's credential for client certificates. */
const SSL_CERTIFICATES = 'httpSslAuth';

/** The values of `genericAuthType`, and the names of n8n's credentials, that this node can apply. */
export const genericAuthTypes = [
	'httpBasicAuth',
	'httpBearerAuth',
	'httpCustomAuth',
	'httpDigestAuth',
	'httpHeaderAuth',
	'httpQueryAuth',
	'httpTemplatedCustomAuth',
	'oAuth1Api',
	'oAuth2Api',
] as const;

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
					"One of n8n's own credentials for any API, such as Basic, Bearer, Digest or OAuth2, for example one you use in HTTP Request",
			},
		],
		default: 'none',
		description: 'How to authenticate with the API. The secret stays in the credential.',
		builderHint: {
			propertyHint:
				'Use genericCredentialType with genericAuthType. predefinedCredentialType does not work here: n8n reserves it for its own nodes.',
		},
	},
	{
		displayName:
			'n8n reserves predefined credential types for its own nodes. Choose <b>Generic Credential Type</b>, for example Bearer Auth or OAuth2 API, or <b>Concurrent HTTP API</b>, and enter the same secret. Or keep HTTP Request for this step.',
		name: 'predefinedCredentialNotice',
		type: 'notice',
		displayOptions: { show: { authentication: ['predefinedCredentialType'] } },
		default: '',
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
		// is: of all that n8n calls generic.
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
		displayName: 'SSL Certificates',
		name: 'provideSslCertificates',
		type: 'boolean',
		default: false,
		isNodeSetting: true,
		description:
			'Whether to present a client certificate, for example to a server that requires mutual TLS. The credential may also contain the certificate authorities to trust.',
	},
	{
		displayName: 'Choose the certificate in "SSL Certificate"',
		name: 'provideSslCertificatesNotice',
		type: 'notice',
		default: '',
		isNodeSetting: true,
		displayOptions: { show: { provideSslCertificates: [true] } },
	},
	{
		displayName: 'SSL Certificate',
		name: 'sslCertificate',
		type: 'credentials',
		default: '',
		displayOptions: { show: { provideSslCertificates: [true] } },
	},
];

/** Every credential the node may ask for; n8n hands out no other. */
export const credentials: INodeCredentialDescription[] = [
	{
		name: CONCURRENT_HTTP_API,
		required: true,
		displayOptions: { show: { authentication: [CONCURRENT_HTTP_API] } },
	},
	{
		name: SSL_CERTIFICATES,
		required: true,
		displayOptions: { show: { provideSslCertificates: [true] } },
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
