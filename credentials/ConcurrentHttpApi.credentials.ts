import {
	type IAuthenticate,
	type ICredentialTestRequest,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestOptions,
	type INodeProperties,
	UserError,
} from 'n8n-workflow';

import {
	accountMaxConcurrency,
	accountRateLimits,
} from '../nodes/ConcurrentHttpRequest/description/rateLimits';
import { concurrentHttpApi } from '../nodes/ConcurrentHttpRequest/authentication/credentialKinds';
import { toUrl } from '../nodes/ConcurrentHttpRequest/request/url';

const show = (authType: string): INodeProperties['displayOptions'] => ({
	show: { authType: [authType] },
});

/** What the connection test says of a response, by its status; of others it names the status. */
const failures = new Map([
	[401, 'The API does not accept the secret (401 Unauthorized).'],
	[403, 'The API does not accept the secret for the Test Path (403 Forbidden).'],
	[404, 'There is nothing at the Test Path (404 Not Found). Check it and the Base URL.'],
	...[301, 302, 303, 307, 308].map((status): [number, string] => [
		status,
		'The API redirects the test request, perhaps to a login page. Check the secret, or choose another Test Path.',
	]),
]);

/** Fields can be added to an object, not to a body that is a text, a form or a stream. */
const takesFields = (body: unknown): body is IDataObject | undefined =>
	Object.getPrototypeOf(body ?? {}) === Object.prototype;

/** Some of n8n's nodes, HTTP Request among them, call the URL `uri`; n8n prefers `url`, as here. */
type AnyRequest = IHttpRequestOptions & { readonly uri?: unknown };

/**
 * Keeps the secret at the base URL. n8n authenticates with this credential whatever request a node
 * makes, so the URL may be anyone's.
 *
 * @throws {UserError} when the request goes to another origin
 */
function keepToOrigin(request: AnyRequest, base: URL): void {
	const address = String(request.url ?? request.uri ?? '');
	// Without a base, because `https:host` with one is a path, but n8n sends it to that host.
	const url = URL.parse(address) ?? URL.parse(address, request.baseURL ?? base.href);
	if (url?.origin !== base.origin) {
		throw new UserError(
			`The request goes to ${url?.origin ?? 'no valid URL'}, but this credential is for ${base.origin} only. Use a URL that begins with ${base.origin}, or choose another credential.`,
		);
	}
	// This alone keeps only Authorization from a redirect, so n8n must refuse redirects to other hosts.
	request.sendCredentialsOnCrossOriginRedirect = false;
	request.allowedDomains ??= base.hostname;
}

/** One API: where it is, the secret it wants, and a request that shows whether both are right. */
export class ConcurrentHttpApi implements ICredentialType {
	name = 'concurrentHttpApi';

	displayName = 'Concurrent HTTP API';

	icon = {
		light: 'file:../nodes/ConcurrentHttpRequest/concurrentHttpRequest.svg',
		dark: 'file:../nodes/ConcurrentHttpRequest/concurrentHttpRequest.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/n8n-nodes-concurrent-http/n8n-nodes-concurrent-http/blob/main/docs/credential.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://api.example.com/v1',
			description:
				'Address that all requests with this credential begin with. The URL of a node may then be a path such as <code>/users/42</code>; the secret is sent to this address only.',
		},
		{
			displayName: 'Authentication',
			name: 'authType',
			type: 'options',
			options: [
				{ name: 'None', value: 'none', description: 'Base URL only' },
				{ name: 'Basic', value: 'basic', description: 'User and password' },
				{ name: 'Bearer', value: 'bearer', description: 'Authorization: Bearer [token]' },
				{ name: 'Header', value: 'header', description: 'A header such as X-API-Key' },
				{ name: 'Query', value: 'query', description: 'A query parameter such as ?api_key=…' },
				{ name: 'Custom', value: 'custom', description: 'Several headers, parameters or fields' },
			],
			default: 'bearer',
			description: 'How the API authenticates you; its documentation says which',
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			displayOptions: show('basic'),
			default: '',
			placeholder: 'e.g. ada@example.com',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: show('basic'),
			default: '',
		},
		{
			displayName: 'Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			displayOptions: show('bearer'),
			default: '',
			description: 'The token alone, without the word Bearer',
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			required: true,
			displayOptions: show('header'),
			default: '',
			placeholder: 'e.g. X-API-Key',
		},
		{
			displayName: 'Header Value',
			name: 'headerValue',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			displayOptions: show('header'),
			default: '',
		},
		{
			displayName: 'Query Parameter Name',
			name: 'queryName',
			type: 'string',
			required: true,
			displayOptions: show('query'),
			default: '',
			placeholder: 'e.g. api_key',
		},
		{
			displayName: 'Query Parameter Value',
			name: 'queryValue',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			displayOptions: show('query'),
			default: '',
		},
		{
			displayName: 'JSON',
			name: 'json',
			type: 'json',
			// Hides every value, and only the values, once the credential is saved.
			typeOptions: { redactJsonLeaves: true },
			required: true,
			displayOptions: show('custom'),
			default: '',
			placeholder: '{ "headers": { "X-App": "n8n", "X-Key": "secret" }, "qs": { "v": "2" } }',
			description:
				'Object with <code>headers</code>, <code>qs</code> (query parameters) and <code>body</code> (fields of a JSON or form body), each of them optional',
		},
		{
			displayName: 'Test Path',
			name: 'testPath',
			type: 'string',
			default: '/',
			placeholder: 'e.g. /me',
			description:
				'Path below the base URL that the connection test reads with GET. Choose one that needs the secret, for example <code>/me</code>. The test passes on a 2xx response only; a redirect counts as a failure, because many services redirect requests that are not authenticated to a login page.',
		},
		accountMaxConcurrency,
		accountRateLimits,
	];

	authenticate: IAuthenticate = async (credential, request) => {
		const { headers, query, body, baseUrl } = concurrentHttpApi(credential);
		if (headers ?? query ?? body) keepToOrigin(request, toUrl(baseUrl, 'Base URL'));
		request.headers = { ...request.headers, ...headers };
		request.qs = { ...request.qs, ...query };
		if (body && takesFields(request.body)) request.body = { ...request.body, ...body };
		return request;
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim() }}',
			// A leading slash keeps the request on the host of the base URL, whatever the path says.
			url: '={{ "/" + $credentials.testPath.trim().replace(/^\\/+/, "") }}',
			method: 'GET',
			disableFollowRedirect: true,
		},
		rules: [...failures].map(([value, message]) => ({
			type: 'responseCode',
			properties: { value, message },
		})),
	};
}
