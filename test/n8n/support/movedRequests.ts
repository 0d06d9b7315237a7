import type { INodeParameters } from 'n8n-workflow';
import type { MovedWorkflow } from './movedWorkflow.ts';

const withBody = (method: string): INodeParameters => ({
	...{ method, sendBody: true, contentType: 'raw', rawContentType: 'application/xml' },
	body: '<propfind xmlns="DAV:"/>',
});

const headers = (json: object): INodeParameters => ({
	...{ sendHeaders: true, specifyHeaders: 'json', jsonHeaders: JSON.stringify(json) },
});

/** Methods of WebDAV, with the option that makes the panel offer them. */
export const webdav: MovedWorkflow[] = [
	{
		name: 'the option, switched off',
		parameters: { url: 'ORIGIN/mirror', options: { webdavMethods: false } },
	},
	...['COPY', 'MKCOL', 'MOVE', 'PROPFIND', 'REPORT'].flatMap((method): MovedWorkflow[] => [
		{
			name: `${method}, chosen in the list`,
			versions: [4, 4.5],
			parameters: {
				...{ ...withBody(method), url: 'ORIGIN/mirror', ...headers({ Depth: '1' }) },
				options: { webdavMethods: true },
			},
		},
		{
			name: `${method}, after redirects`,
			items: [301, 302, 303, 307, 308].map((code) => ({ code })),
			parameters: {
				...{ ...withBody(method), url: '=ORIGIN/redirect?code={{ $json.code }}&to=/mirror' },
				options: { webdavMethods: true, response: { response: { neverError: true } } },
			},
		},
	]),
];

/** What the item itself names as its credentials, or might. */
const OWN = { Authorization: 'Bearer mine', Cookie: 'a=b', 'X-API-Key': 'mine' };

export const redirects: MovedWorkflow[] = [
	...[302, 307].flatMap((code): MovedWorkflow[] => [
		{
			name: `headers of the item, after a ${code} to the same origin`,
			versions: [4, 4.5],
			parameters: { url: `ORIGIN/redirect?code=${code}&to=/mirror`, ...headers(OWN) },
		},
		{
			name: `headers of the item, after a ${code} to another origin`,
			versions: [4.4, 4.5],
			parameters: { url: `ORIGIN/redirect?code=${code}&to=OTHER/mirror`, ...headers(OWN) },
		},
	]),
	{
		name: 'more redirects than are allowed',
		parameters: {
			url: 'ORIGIN/redirect?times=3&to=/mirror',
			options: { redirect: { redirect: { followRedirects: true, maxRedirects: 2 } } },
		},
	},
	{
		name: 'as many redirects as are allowed',
		parameters: {
			url: 'ORIGIN/redirect?times=3&to=/mirror',
			options: { redirect: { redirect: { followRedirects: true, maxRedirects: 3 } } },
		},
	},
];

/**
 * With the option that sends credentials on, HTTP Request still leaves out what the item itself has
 * set by these names, unless it is `Authorization` in this spelling (docs/differences.md).
 */
export const sentOn: MovedWorkflow = {
	name: 'headers of the item, after a redirect to another origin, where that is allowed',
	items: [302, 307].map((code) => ({ code })),
	parameters: {
		...{ url: '=ORIGIN/redirect?code={{ $json.code }}&to=OTHER/mirror', ...headers(OWN) },
		options: { sendCredentialsOnCrossOriginRedirect: true },
	},
};

export const lists: MovedWorkflow[] = (
	['repeat', 'brackets', 'indices', undefined] as const
).flatMap((queryParameterArrays): MovedWorkflow[] =>
	['{ "id": [1, 2], "deep": { "a": [true, "ü"] } }', '{ "none": [], "nested": [[1], [2]] }'].map(
		(jsonQuery) => ({
			name: `lists in a query by JSON, written as ${queryParameterArrays}: ${jsonQuery}`,
			versions: [4, 4.1, 4.5],
			parameters: {
				...{ url: 'ORIGIN/mirror?first=1', sendQuery: true, specifyQuery: 'json', jsonQuery },
				options: queryParameterArrays ? { queryParameterArrays } : {},
			},
		}),
	),
);
