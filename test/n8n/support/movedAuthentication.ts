import { movedCredentials } from './movedCredentials.ts';
import { jsonBody, pairs, people, redirect, response } from './movedParts.ts';
import type { Difference, MovedWorkflow } from './movedWorkflow.ts';

const LOST_HEADERS: Difference = {
	listed: 'OAuth1',
	because: 'HTTP Request loses the headers of the item, Accept among them',
};

export const authentication: MovedWorkflow[] = [
	...Object.keys(movedCredentials).map((credential): MovedWorkflow => ({
		name: `${credential} authentication`,
		versions: [4.1, 4.5],
		credential,
		differs: credential === 'oAuth1' ? LOST_HEADERS : undefined,
		items: people,
		parameters: {
			...jsonBody('={{ $json }}'),
			...{ sendQuery: true, queryParameters: pairs(['q', '={{ $json.id }}']) },
			...{ sendHeaders: true, headerParameters: pairs(['X-Mine', '1']) },
		},
	})),
	{
		name: 'custom authentication with a form',
		differs: {
			listed: 'A form with a credential that adds fields to the body',
			because: 'HTTP Request sends the form as JSON once the credential adds fields',
		},
		credential: 'custom',
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, contentType: 'form-urlencoded' },
			bodyParameters: pairs(['a', '1']),
		},
	},
	{
		name: 'custom authentication without a body',
		credential: 'custom',
		parameters: { url: 'ORIGIN/mirror' },
	},
	{
		name: 'simplified custom authentication',
		credential: 'templated',
		parameters: { url: 'ORIGIN/mirror?a=1' },
	},
	{
		name: 'simplified custom authentication with a JSON body',
		credential: 'templated',
		parameters: jsonBody('{ "a": { "b": 1 } }'),
	},
	{
		name: 'digest authentication',
		credential: 'digest',
		parameters: {
			...jsonBody('{ "a": 1 }'),
			url: 'ORIGIN/digest?a=b%20c',
		},
	},
	{
		name: 'digest authentication where the server asks for none',
		credential: 'digest',
		parameters: { url: 'ORIGIN/mirror' },
	},
	{
		name: 'digest authentication for several items',
		differs: { listed: 'Digest Auth', because: 'HTTP Request asks for a new nonce for each item' },
		credential: 'digest',
		items: people,
		parameters: { url: 'ORIGIN/digest', maxConcurrency: 1 },
	},
	{
		name: 'digest authentication where errors are none',
		differs: {
			listed: 'Digest Auth',
			because: 'HTTP Request then takes the challenge for the answer',
		},
		credential: 'digest',
		parameters: { url: 'ORIGIN/digest', ...response({ neverError: true }) },
	},
	{
		name: 'OAuth1',
		differs: LOST_HEADERS,
		credential: 'oAuth1',
		parameters: { url: 'ORIGIN/mirror?a=1' },
	},
	{
		name: 'OAuth2, whatever the type of the token',
		items: people,
		credential: 'oAuth2',
		parameters: { url: '=ORIGIN/mirror?id={{ $json.id }}' },
	},
	{
		name: 'OAuth2, by a redirect to another origin',
		versions: [4.4, 4.5],
		credential: 'oAuth2',
		parameters: { url: redirect(302, 'OTHER/mirror') },
	},
	{
		name: 'a client certificate for a server without TLS',
		credential: 'certificate',
		parameters: { url: 'ORIGIN/mirror', provideSslCertificates: true },
	},
	{
		name: 'a login in the URL',
		parameters: { url: 'LOGIN/mirror' },
	},
	{
		name: 'a header that the credential sets, too',
		credential: 'bearer',
		parameters: {
			url: 'ORIGIN/mirror',
			sendHeaders: true,
			headerParameters: pairs(['Authorization', 'mine']),
		},
	},
];
