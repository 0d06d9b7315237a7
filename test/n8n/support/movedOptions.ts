import type { INodeParameters } from 'n8n-workflow';
import type { Difference, MovedWorkflow } from './movedWorkflow.ts';

const to = (url: string, options: INodeParameters): INodeParameters => ({ url, options });

const redirect = (settings: INodeParameters): INodeParameters => ({
	redirect: { redirect: settings },
});

const neverError: INodeParameters = { response: { response: { neverError: true } } };

const NO_LENGTH: Difference = {
	listed: 'COPY, MKCOL, MOVE and REPORT without a body',
	because: 'HTTP Request says that its length is 0',
};

/** Options that belong to no other subject. */
export const options: MovedWorkflow[] = [
	{
		name: 'a certificate that nobody trusts, allowed',
		versions: [4.1, 4.5],
		parameters: to('SECURE/mirror', { allowUnauthorizedCerts: true }),
	},
	{
		name: 'a certificate that nobody trusts',
		versions: [4.1, 4.4],
		parameters: to('SECURE/mirror', { allowUnauthorizedCerts: false }),
	},
	{
		name: 'a certificate that nobody trusts, in details',
		parameters: to('SECURE/mirror', { allowUnauthorizedCerts: false }),
		differs: { listed: 'Error items', because: 'HTTP Request has no code for it' },
	},
	{
		name: 'headers in lower case',
		parameters: {
			...to('ORIGIN/mirror', { lowercaseHeaders: true }),
			...{ sendHeaders: true, specifyHeaders: 'json', jsonHeaders: '{ "X-Upper": "Ü", "y": "" }' },
		},
	},
	...[1, 2, 3].map((maxRedirects): MovedWorkflow => ({
		name: `two redirects, at most ${maxRedirects}`,
		versions: [4, 4.1, 4.5],
		parameters: to(
			'ORIGIN/redirect?times=2&to=/mirror',
			redirect({ followRedirects: true, maxRedirects }),
		),
	})),
	{
		name: 'redirects without a limit of their own',
		parameters: to('ORIGIN/redirect?times=5&to=/mirror', redirect({ followRedirects: true })),
	},
	{
		name: 'redirects that are not followed, as an error',
		versions: [4, 4.5],
		parameters: to('ORIGIN/redirect?to=/mirror', redirect({ followRedirects: false })),
	},
	...['PUT', 'PATCH', 'DELETE'].map((method): MovedWorkflow => ({
		name: `a redirect of ${method} with a body`,
		versions: [4, 4.5],
		items: [301, 302, 303, 307, 308].map((code) => ({ code })),
		parameters: {
			...{ method, url: '=ORIGIN/redirect?code={{ $json.code }}&to=/mirror' },
			...{ sendBody: true, specifyBody: 'json', jsonBody: '{ "a": 1 }' },
			options: neverError,
		},
	})),
	{
		name: 'credentials kept from another origin',
		versions: [4, 4.3, 4.5],
		credential: 'bearer',
		parameters: to('ORIGIN/redirect?to=OTHER/mirror', {
			sendCredentialsOnCrossOriginRedirect: false,
		}),
	},
	{
		name: 'a time limit that is long enough',
		parameters: to('ORIGIN/delay?ms=50&id=1', { timeout: 20_000 }),
	},
	{
		name: 'an interval between pages',
		parameters: to('ORIGIN/pages', {
			pagination: {
				pagination: {
					parameters: {
						parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }],
					},
					requestInterval: 20,
				},
			},
		}),
	},
	...['COPY', 'MKCOL', 'MOVE', 'REPORT', 'PROPFIND'].flatMap((method): MovedWorkflow[] => [
		{
			name: `the method ${method}`,
			parameters: { method, url: 'ORIGIN/mirror' },
			differs: method === 'PROPFIND' ? undefined : NO_LENGTH,
		},
		{
			name: `the method ${method} with a body`,
			parameters: {
				...{ method, url: 'ORIGIN/mirror', sendBody: true, contentType: 'raw' },
				...{ rawContentType: 'application/xml', body: '<a/>' },
			},
		},
	]),
	{
		name: 'raw bodies with every method',
		items: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ method })),
		parameters: {
			...{ method: '={{ $json.method }}', url: 'ORIGIN/mirror' },
			...{ sendBody: true, contentType: 'raw', rawContentType: 'text/plain', body: 'ä' },
		},
	},
	{
		name: 'batches that are switched off',
		items: [{}, {}],
		parameters: to('ORIGIN/mirror', { batching: { batch: { batchSize: 0, batchInterval: 0 } } }),
	},
];
