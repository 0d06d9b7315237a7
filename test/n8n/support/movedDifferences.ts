import type { INodeParameters } from 'n8n-workflow';
import type { MovedWorkflow } from './movedWorkflow.ts';

const response = (settings: INodeParameters): INodeParameters => ({
	response: { response: settings },
});

const rows = (...values: Array<[name: string, value: string]>): INodeParameters => ({
	parameters: values.map(([name, value]) => ({ name, value })),
});

const paged = (
	url: string,
	pagination: INodeParameters,
	more: INodeParameters = {},
	options: INodeParameters = {},
) => ({ url, options: { pagination: { pagination }, ...options }, ...more });

const numbered: INodeParameters = {
	parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }] },
	...{ limitPagesFetched: true, maxRequests: 6 },
};

const raw: INodeParameters = {
	...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, contentType: 'raw' },
	...{ rawContentType: 'application/json', body: '{ "a" : 1 }' },
};

const thirty = Array.from({ length: 30 }, (_, id) => ({ id }));

/** Differences that docs/differences.md lists and that no other subject comes upon. */
export const differences: MovedWorkflow[] = [
	{
		name: 'a server that says when to come back',
		parameters: { url: 'ORIGIN/busy' },
		differs: { listed: 'Retries', because: 'HTTP Request takes the first 429 for the answer' },
	},
	{
		name: 'a file whose URL holds a secret',
		parameters: { url: 'ORIGIN/binary?name=a.png&token=abc' },
		differs: { listed: 'The directory of a file', because: 'HTTP Request gives the secret' },
	},
	{
		name: 'a last page with an error status',
		parameters: paged('ORIGIN/status?code=500', { ...numbered, maxRequests: 1 }),
		differs: {
			listed: 'A last page with an error status',
			because: 'HTTP Request looks at a status only before the next page',
		},
	},
	{
		name: 'a server that offers HTTP/2',
		parameters: { url: 'HTTP2/mirror', options: { allowUnauthorizedCerts: true } },
		differs: { listed: 'HTTP/2', because: 'HTTP Request speaks HTTP/1.1' },
	},
	{
		name: '30 items at a server that takes its time',
		...{ items: thirty, counts: ['mostInFlight'] },
		parameters: { url: '=ORIGIN/delay?ms=150&id={{ $json.id }}' },
		differs: { listed: 'Requests in flight', because: 'HTTP Request starts one for each item' },
	},
	{
		name: '30 items, and the connections for them',
		...{ items: thirty, counts: ['connections'] },
		parameters: { url: '=ORIGIN/delay?ms=20&id={{ $json.id }}' },
		differs: { listed: 'Connections', because: 'HTTP Request opens one for each request' },
	},
	{
		name: 'a body that takes longer than the time limit',
		parameters: { url: 'ORIGIN/stream?chunks=5&ms=400', options: { timeout: 1500 } },
		differs: { listed: 'Timeout', because: 'HTTP Request’s ends with the headers' },
	},
	{
		name: 'a redirect to another origin, with a credential',
		versions: [4, 4.1, 4.2, 4.3],
		credential: 'bearer',
		parameters: { url: 'ORIGIN/redirect?to=OTHER/mirror' },
		differs: {
			listed: 'Redirects to another origin',
			because: 'HTTP Request sends the credential on in these versions',
		},
	},
	{
		name: 'a redirect to another origin, with a credential in a header of its own',
		versions: [4, 4.5],
		credential: 'header',
		parameters: {
			url: 'ORIGIN/redirect?to=OTHER/mirror',
			options: { sendCredentialsOnCrossOriginRedirect: false },
		},
		differs: {
			listed: 'Redirects to another origin',
			because: 'HTTP Request sends such a header on in all versions',
		},
	},
	{
		name: 'a redirect that asks for a body with a secret in it',
		credential: 'custom',
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/redirect?code=307&to=OTHER/mirror', sendBody: true },
			...{ specifyBody: 'json', jsonBody: '{ "a": 1 }' },
		},
		differs: {
			listed: 'Redirects to another origin',
			because: 'HTTP Request sends the secret on in all versions',
		},
	},
	{
		name: 'an option of the response by expression',
		items: [{ full: false }, { full: true }],
		parameters: {
			...{ url: 'ORIGIN/json?body={"a":1}' },
			options: response({ fullResponse: '={{ $json.full }}' }),
		},
		differs: {
			listed: 'Expressions in options of the response',
			because: 'HTTP Request takes the first item’s for all',
		},
	},
	{
		name: 'a raw body with OPTIONS',
		parameters: { ...raw, method: 'OPTIONS' },
		differs: {
			listed: 'A form, a file or a raw text with HEAD, OPTIONS or TRACE',
			because: 'HTTP Request sends no body then',
		},
	},
	{
		name: 'a list in a Form-Data field',
		versions: [4.2, 4.5],
		parameters: {
			...{
				method: 'POST',
				url: 'ORIGIN/items',
				sendBody: true,
				contentType: 'multipart-form-data',
			},
			bodyParameters: rows(['list', '={{ [1, 2] }}'], ['yes', '={{ true }}']),
		},
		differs: { listed: 'A list in a Form-Data field', because: 'HTTP Request fails' },
	},
	...[
		['in another charset', 'ORIGIN/bytes?hex=5a6fe9&type=text/plain;charset=iso-8859-1'],
		['that is JSON', 'ORIGIN/json?body={ "a" : 1.0 }'],
	].map(([what, url = '']): MovedWorkflow => ({
		name: `a text ${what}`,
		parameters: { url, options: response({ responseFormat: 'text' }) },
		differs: { listed: 'Format Text', because: 'HTTP Request changes the text' },
	})),
	{
		name: 'a next page on another origin, with a credential',
		credential: 'header',
		parameters: paged('ORIGIN/pages', {
			...{ paginationMode: 'responseContainsNextURL' },
			nextURL: "={{ $pageCount ? 'OTHER/pages?page=4' : 'ORIGIN/pages' }}",
		}),
		differs: {
			listed: 'A next page on another origin',
			because: 'HTTP Request sends the credential there',
		},
	},
	{
		name: 'pages as files, the last of them empty',
		parameters: paged('ORIGIN/pages?empty', numbered, {
			options: {
				...{ pagination: { pagination: numbered } },
				...response({ responseFormat: 'file' }),
			},
		}),
		differs: { listed: 'Pages as files', because: 'HTTP Request never sees it end' },
	},
	{
		name: 'pages that are pictures',
		parameters: paged('ORIGIN/pages?pictures', { ...numbered, maxRequests: 2 }),
		differs: { listed: 'Pages as files', because: 'HTTP Request reads them as text' },
	},
	{
		name: 'a page that is no valid JSON',
		parameters: paged('ORIGIN/pages?broken', numbered),
		differs: {
			listed: 'A page of JSON that is not valid',
			because: 'HTTP Request takes it for an empty object',
		},
	},
	{
		name: 'pages of Form-Data',
		parameters: paged(
			'ORIGIN/pages',
			{
				parameters: {
					parameters: [{ type: 'body', name: 'page', value: '={{ $pageCount + 1 }}' }],
				},
				...{ limitPagesFetched: true, maxRequests: 2 },
			},
			{
				...{ method: 'POST', sendBody: true, contentType: 'multipart-form-data' },
				bodyParameters: rows(['a', 'b']),
			},
			// HTTP Request's second page says how long its body is, and has none.
			{ timeout: 2_000 },
		),
		differs: {
			listed: 'Pages of Form-Data',
			because: 'HTTP Request leaves the parameters out',
		},
	},
	...['5', '"text"', 'true', '[1,"a",null]', '[[1],[2]]'].map((body): MovedWorkflow => ({
		name: `an answer that is ${body}`,
		parameters: { url: `ORIGIN/json?body=${encodeURIComponent(body)}` },
		differs: {
			listed: 'A JSON response that is a bare number or text',
			because: 'HTTP Request puts the bare value where n8n wants an object',
		},
	})),
	...['Application/JSON', 'application/PDF'].map((type): MovedWorkflow => ({
		name: `an answer of the type ${type}`,
		parameters: { url: `ORIGIN/json?body={"a":1}&type=${type}` },
		differs: { listed: 'Autodetect', because: 'HTTP Request tells upper from lower case in types' },
	})),
	{
		name: 'headers about the connection',
		parameters: {
			...{ url: 'ORIGIN/mirror', sendHeaders: true },
			headerParameters: rows(['Keep-Alive', 'timeout=5'], ['Proxy-Connection', 'close']),
		},
		differs: { listed: 'Headers about the connection', because: 'HTTP Request sends them' },
	},
];

/** Differences that two runs do not show, or not these, and where they are tested. */
export const SHOWN_ELSEWHERE: Record<string, string> = {
	'Credentials that a redirect left out': 'test/workflow/field/redirects.test.ts',
	'A response of more than 64 MB': 'test/workflow/field/responseSize.test.ts',
	'A response that is cut off': 'test/workflow/field/cutOffResponses.test.ts',
	'A NUL in the name of a form’s field or file': 'test/workflow/field/fileNames.test.ts',
	"A server's limits": 'test/workflow/serverLimits.test.ts',
	// What takes how long, and in which order.
	Batching: 'test/workflow/limits.test.ts',
	Expressions: 'test/workflow/expressions.test.ts',
	'`Accept-Encoding`': 'test/unit/transport/decompress.test.ts',
	// A server that takes tokens or certificates.
	OAuth2: 'test/workflow/oauth2.test.ts',
	'A client certificate': 'test/workflow/clientCertificates.test.ts',
	// A proxy, real or refused.
	'A Proxy that is no http or https address': 'test/unit/parameters/requestSettings.test.ts',
	'Through a proxy': 'test/services/proxies.test.ts',
	// What a model gets.
	"An error in an agent's tool": 'test/n8n/aiTool.test.ts',
	'Optimize Response': 'test/n8n/optimizeResponse.test.ts',
	'Optimize Response for HTML and Text': 'test/unit/response/optimize.test.ts',
	'Optimize Response for Text': 'test/n8n/optimizeResponse.test.ts',
	'Optimize Response with nothing in the response': 'test/n8n/optimizeResponse.test.ts',
	// What would not end, or sends an expression as a text.
	'After 1,000 pages': 'test/workflow/pagination.test.ts',
	'A Next URL whose expression gives nothing': 'test/workflow/pagination.test.ts',
	'An expression in a field that is set to Fixed': 'test/workflow/fixedTexts.test.ts',
	'Response Is Empty': 'test/workflow/pagination.test.ts',
	// What people see of a run.
	"The browser's console": 'test/workflow/realTime/progress.test.ts',
	'The hint': 'test/workflow/hint.test.ts',
};
