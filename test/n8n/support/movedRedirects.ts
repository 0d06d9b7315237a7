import { jsonBody, pairs, redirect } from './movedParts.ts';
import type { MovedWorkflow } from './movedWorkflow.ts';

export const redirects: MovedWorkflow[] = [
	...[301, 302, 303, 307, 308].map((code): MovedWorkflow => ({
		name: `a ${code}, for GET`,
		parameters: {
			url: redirect(code),
			sendHeaders: true,
			headerParameters: pairs(['X-Mine', '1']),
		},
	})),
	...[301, 302, 303, 307, 308].map((code): MovedWorkflow => ({
		name: `a ${code}, for POST`,
		versions: [4.1, 4.5],
		parameters: jsonBody('{"a":1}', { url: redirect(code) }),
	})),
	...[301, 302, 303, 307].map((code): MovedWorkflow => ({
		name: `a ${code}, for PUT`,
		parameters: jsonBody('{"a":1}', { method: 'PUT', url: redirect(code) }),
	})),
	{
		name: 'a redirect that is not followed',
		versions: [4.1, 4.5],
		parameters: {
			url: redirect(302),
			options: {
				redirect: { redirect: { followRedirects: false } },
				response: { response: { fullResponse: true, neverError: true } },
			},
		},
	},
	{
		name: 'a redirect to another origin, with a credential',
		versions: [4.4, 4.5],
		credential: 'bearer',
		parameters: { url: redirect(302, 'OTHER/mirror') },
	},
	{
		name: 'a redirect to another origin, with a credential that is to be sent on',
		versions: [4.4, 4.5],
		credential: 'header',
		parameters: {
			url: redirect(302, 'OTHER/mirror'),
			options: { sendCredentialsOnCrossOriginRedirect: true },
		},
	},
	{
		name: 'a redirect with a query of its own',
		parameters: {
			url: redirect(302, '/mirror?a=b%20c&d=%C3%BC'),
			sendQuery: true,
			queryParameters: pairs(['mine', '1']),
		},
	},
];
