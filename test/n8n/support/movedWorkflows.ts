import type { IBinaryKeyData, IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { readCertificate } from '../../support/certificates.ts';
import { differences } from './movedDifferences.ts';
import { continuing } from './movedErrors.ts';
import { fileBodies, pages } from './movedFilesAndPages.ts';
import { options } from './movedOptions.ts';

/** A difference from HTTP Request that is meant to be. */
export interface Difference {
	/** The words in bold under which docs/differences.md lists it. */
	listed: string;
	/** What HTTP Request does. */
	because: string;
}

/** A use of HTTP Request: the node as people have it, and the items it gets. */
export interface MovedWorkflow {
	/** What it is about, beside its version. */
	name: string;
	/** Versions to run it in; only the newest unless told. */
	versions?: number[];
	/** One empty item unless told. */
	items?: IDataObject[];
	/** What each of the items has beside its fields. */
	binary?: IBinaryKeyData;
	/**
	 * `ORIGIN` and `OTHER` stand for the origins of two servers, `LOGIN` for the first one's with a
	 * user and a password, `SECURE` for one with a certificate that nobody trusts, and `HTTP2` for one
	 * that offers HTTP/2 as well.
	 */
	parameters: INodeParameters;
	/** Name of a credential in `movedCredentials`. */
	credential?: string;
	onError?: INode['onError'];
	/** Fields that a node behind this one makes of its output; `Items` is the node before it. */
	after?: Record<string, string>;
	/** Where HTTP Request is not followed; the outcomes have to differ then. */
	differs?: Difference;
	/** Counters of the first server that belong to the outcome. */
	counts?: Array<'connections' | 'mostInFlight'>;
	/** What of the parameters does not survive a save in the editor of this node. */
	lost?: string;
}

export const movedCredentials: Record<string, { type: string; data: IDataObject }> = {
	basic: { type: 'httpBasicAuth', data: { user: 'ada', password: 'pässword:1' } },
	bearer: { type: 'httpBearerAuth', data: { token: 'bearer-token' } },
	header: { type: 'httpHeaderAuth', data: { name: 'X-API-Key', value: 'header-key' } },
	query: { type: 'httpQueryAuth', data: { name: 'api_key', value: 'query key&' } },
	custom: {
		type: 'httpCustomAuth',
		data: {
			json: '{"headers":{"X-Custom":"custom"},"qs":{"custom":"1"},"body":{"custom":"secret"}}',
		},
	},
	templated: {
		type: 'httpTemplatedCustomAuth',
		data: {
			template:
				'{"headers":{"X-Key":"Key {{ key }}","X-Org":"{{org}}"},"qs":{"user":"{{user}}"},"body":{"pin":"{{pin}}"}}',
			placeholderDefs: '[{"name":"org","optional":true}]',
			placeholderValues: '{"key":"templated-key","user":"ada & co","pin":4711}',
		},
	},
	digest: { type: 'httpDigestAuth', data: { user: 'ada', password: 'digest-password' } },
	oAuth1: {
		type: 'oAuth1Api',
		data: {
			...{ consumerKey: 'consumer', consumerSecret: 'consumer-secret' },
			...{ signatureMethod: 'HMAC-SHA256', authUrl: 'https://a.test/auth' },
			...{ requestTokenUrl: 'https://a.test/request', accessTokenUrl: 'https://a.test/access' },
			oauthTokenData: { oauth_token: 'token', oauth_token_secret: 'token-secret' },
		},
	},
	oAuth2: {
		type: 'oAuth2Api',
		data: {
			...{ grantType: 'authorizationCode', clientId: 'app', clientSecret: 'app-secret' },
			...{ authUrl: 'https://a.test/auth', accessTokenUrl: 'https://a.test/token' },
			...{ scope: '', authentication: 'header' },
			oauthTokenData: { access_token: 'oauth2-token', token_type: 'MAC', refresh_token: 'r' },
		},
	},
	certificate: { type: 'httpSslAuth', data: readCertificate('example') as never },
};

const EVERY = [4, 4.1, 4.2, 4.3, 4.4, 4.5];

const people: IDataObject[] = [
	{ id: 1, name: 'Ada', tags: ['a', 'b'], address: { city: 'London' } },
	{ id: 2, name: 'Grace & Co', tags: [], address: { city: 'New York' } },
	{ id: 3, name: 'Zoë', tags: ['c'], address: { city: 'Zürich' } },
];

const pairs = (...parameters: Array<[name: string, value: unknown]>) => ({
	parameters: parameters.map(([name, value]) => ({ name, value })) as INodeParameters[],
});

const response = (options: INodeParameters): INodeParameters => ({
	options: { response: { response: options } },
});

const full = response({ fullResponse: true });

const jsonBody = (body: string, more: INodeParameters = {}): INodeParameters => ({
	...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, specifyBody: 'json', jsonBody: body },
	...more,
});

const redirect = (code: number, to = '/mirror') =>
	`ORIGIN/redirect?code=${code}&to=${encodeURIComponent(to)}`;

const query: MovedWorkflow[] = [
	{
		name: 'query by fields, with expressions',
		versions: EVERY,
		items: people,
		parameters: {
			url: '=ORIGIN/mirror?i={{ $json.id }}',
			sendQuery: true,
			queryParameters: pairs(['name', '={{ $json.name }}'], ['empty', ''], ['space', 'a b+c/ü']),
		},
	},
	{
		name: 'query with a name twice',
		versions: EVERY,
		parameters: {
			url: 'ORIGIN/mirror',
			sendQuery: true,
			queryParameters: pairs(['id', '1'], ['id', '2'], ['id', '3'], ['other', 'x']),
		},
	},
	...(['repeat', 'brackets', 'indices'] as const).map((queryParameterArrays): MovedWorkflow => ({
		name: `query with lists, written as ${queryParameterArrays}`,
		versions: [4.2, 4.5],
		items: people,
		parameters: {
			url: 'ORIGIN/mirror',
			sendQuery: true,
			queryParameters: pairs(['tag', '={{ $json.tags }}'], ['tag', 'more'], ['n', '={{ [1, 2] }}']),
			options: { queryParameterArrays },
		},
	})),
	{
		name: 'query without any field',
		differs: {
			listed: 'A row that nobody filled in',
			because: 'HTTP Request sends the row that nobody filled in as a parameter without a name',
		},
		parameters: { url: 'ORIGIN/mirror', sendQuery: true, queryParameters: pairs(['', '']) },
	},
	{
		name: 'query with a value, but no name',
		parameters: {
			url: 'ORIGIN/mirror',
			sendQuery: true,
			queryParameters: pairs(['', 'x'], ['a', 'b']),
		},
	},
	{
		name: 'query with values of all types',
		items: [{ n: 1.5, yes: true, no: false, none: null, list: [1, [2]], deep: { a: { b: 1 } } }],
		parameters: {
			url: 'ORIGIN/mirror',
			sendQuery: true,
			queryParameters: pairs(
				...['n', 'yes', 'no', 'none', 'missing', 'list', 'deep'].map((name): [string, string] => [
					name,
					`={{ $json.${name} }}`,
				]),
			),
		},
	},
	{
		name: 'query as JSON',
		versions: [4.1, 4.4],
		items: people,
		parameters: {
			url: 'ORIGIN/mirror?already=there&x=1',
			sendQuery: true,
			specifyQuery: 'json',
			jsonQuery:
				'={ "id": {{ $json.id }}, "tags": {{ JSON.stringify($json.tags) }}, "deep": { "a": { "b": "ü" } }, "none": null, "yes": true, "n": 1.5 }',
		},
	},
	{
		name: 'a URL with characters of all kinds',
		items: [
			{ path: 'a b' },
			{ path: 'ü/ö?x=ä' },
			{ path: '%20%zz' },
			{ path: 'x#fragment' },
			{ path: "a'b|c^d`e{f}" },
			{ path: '../up/./same' },
			{ path: '?a=1&a=2&b[]=3&c=%26' },
			{ path: '?q=a+b c' },
			{ path: ' ' },
			{ path: ';p=1?x=[1,2]&y="z"<>' },
		],
		// Most of these paths are unknown to the server.
		parameters: { url: '=ORIGIN/mirror/{{ $json.path }}', ...response({ neverError: true }) },
	},
	{
		name: 'a URL with a query, and fields',
		parameters: {
			url: 'ORIGIN/mirror?a=b c&d=é&e=%2F',
			sendQuery: true,
			queryParameters: pairs(['f', "!'()*~-_."], ['g', '1,2;3:@$']),
		},
	},
];

const headers: MovedWorkflow[] = [
	{
		name: 'headers by fields',
		versions: EVERY,
		items: people,
		parameters: {
			url: 'ORIGIN/mirror',
			sendHeaders: true,
			headerParameters: pairs(
				...([
					['X-Trace', '={{ $json.id }}'],
					['Accept', 'text/csv'],
					['X-Twice', 'a'],
					['X-Twice', 'b'],
					['', 'no name'],
					['x-empty', ''],
					['User-Agent', 'mine'],
				] as Array<[string, string]>),
			),
		},
	},
	{
		name: 'headers as JSON, in their own case',
		versions: [4.2, 4.5],
		items: people,
		parameters: {
			url: 'ORIGIN/mirror',
			sendHeaders: true,
			specifyHeaders: 'json',
			jsonHeaders: '={ "X-ID": {{ $json.id }}, "x-yes": true, "X-Name": "Ada", "COOKIE": "a=b" }',
			options: { lowercaseHeaders: false },
		},
	},
	{
		name: 'headers with values of all types',
		items: [{ n: 1.5, yes: true, space: '  a  b ', latin: 'é' }],
		parameters: {
			url: 'ORIGIN/mirror',
			sendHeaders: true,
			headerParameters: pairs(
				...['n', 'yes', 'space', 'latin', 'missing'].map((name): [string, string] => [
					`x-${name}`,
					`={{ $json.${name} }}`,
				]),
			),
		},
	},
	{
		name: 'a content type of its own',
		versions: [4.1, 4.5],
		parameters: jsonBody('{"a":1}', {
			sendHeaders: true,
			headerParameters: pairs(['Content-Type', 'application/vnd.api+json']),
		}),
	},
];

const bodies: MovedWorkflow[] = [
	{
		name: 'JSON body by fields with nested names',
		versions: EVERY,
		items: people,
		parameters: {
			...{ method: 'PUT', url: 'ORIGIN/mirror', sendBody: true },
			bodyParameters: pairs(
				...([
					['id', '={{ $json.id }}'],
					['user.name', '={{ $json.name }}'],
					['user.tags[1]', 'second'],
					['user.address', '={{ $json.address }}'],
					['text', '1'],
				] as Array<[string, string]>),
			),
		},
	},
	{
		name: 'JSON body by fields with values of all types',
		items: [{ n: 1.5, yes: true, no: false, none: null, list: [1, [2]], deep: { a: { b: 1 } } }],
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true },
			bodyParameters: pairs(
				...['n', 'yes', 'no', 'none', 'missing', 'list', 'deep'].map((name): [string, string] => [
					name,
					`={{ $json.${name} }}`,
				]),
			),
		},
	},
	{
		name: 'JSON body as text with expressions',
		versions: [4.1, 4.3, 4.5],
		items: people,
		parameters: jsonBody(
			'={ "id": {{ $json.id }},\n "name": {{ JSON.stringify($json.name) }}, "list": [1, null, "ü"] }',
		),
	},
	{
		name: 'JSON body that is one expression',
		versions: [4.2, 4.4],
		items: people,
		parameters: jsonBody('={{ $json }}', { method: 'PATCH' }),
	},
	{
		name: 'JSON body that is a list',
		parameters: jsonBody('[{"a":1},{"a":2}]'),
	},
	{
		name: 'JSON body without any field',
		differs: {
			listed: 'A row that nobody filled in',
			because: 'HTTP Request sends the row that nobody filled in as a field without a name',
		},
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true },
			bodyParameters: pairs(['', '']),
		},
	},
	{
		name: 'JSON body and format JSON',
		items: people,
		parameters: { ...jsonBody('={{ $json }}'), ...response({ responseFormat: 'json' }) },
	},
	...(['GET', 'DELETE', 'HEAD', 'OPTIONS'] as const).map((method): MovedWorkflow => ({
		name: `a body with ${method}`,
		parameters: jsonBody('{"a":"b"}', { method }),
	})),
	{
		name: 'form by fields',
		versions: EVERY,
		items: people,
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, contentType: 'form-urlencoded' },
			bodyParameters: pairs(['name', '={{ $json.name }}'], ['x', 'a b'], ['x', 'ü&='], ['e', '']),
		},
	},
	{
		name: 'form without any field',
		differs: {
			listed: 'A row that nobody filled in',
			because: 'HTTP Request sends the row that nobody filled in as a field without a name',
		},
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, contentType: 'form-urlencoded' },
			bodyParameters: pairs(['', '']),
		},
	},
	{
		name: 'form by text',
		versions: [4.1, 4.5],
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, contentType: 'form-urlencoded' },
			...{ specifyBody: 'string', body: 'a=1&b=x%20y&c=ü+ö&d=&e' },
		},
	},
	{
		name: 'form by text with a name twice',
		differs: {
			listed: 'A form given as text',
			because: 'HTTP Request sends only the last of several values',
		},
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, contentType: 'form-urlencoded' },
			...{ specifyBody: 'string', body: 'a=1&a=2&b[]=3&b[]=4' },
		},
	},
	{
		name: 'raw body',
		versions: [4.1, 4.3, 4.5],
		items: people,
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, contentType: 'raw' },
			...{ rawContentType: 'application/xml', body: '=<name>{{ $json.name }}</name>' },
		},
	},
	{
		name: 'raw body, format text',
		differs: {
			listed: 'A raw body with Format Text',
			because: 'HTTP Request does not read the answer before using it',
		},
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, contentType: 'raw' },
			...{ rawContentType: 'application/json', body: '{ "a" : 1 }' },
			...response({ responseFormat: 'text' }),
		},
	},
	{
		name: 'raw body that is empty',
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, contentType: 'raw' },
			...{ rawContentType: 'text/plain', body: '' },
		},
	},
	{
		name: 'POST without a body',
		parameters: { method: 'POST', url: 'ORIGIN/mirror' },
	},
	{
		name: 'a WebDAV method',
		parameters: { method: 'PROPFIND', url: 'ORIGIN/mirror', options: { webdavMethods: true } },
	},
	{
		name: 'a method by expression',
		items: [{ method: 'PUT' }, { method: 'DELETE' }],
		parameters: { method: '={{ $json.method }}', url: 'ORIGIN/mirror' },
	},
];

const types = [
	'application/json',
	'application/json; charset=utf-8',
	'text/plain',
	'text/html',
	'',
];
const formats = ['autodetect', 'json', 'text', 'file'];

/** `type` empty: the answer has none. */
const answer = (body: string, type: string) =>
	`ORIGIN/bytes?hex=${Buffer.from(body).toString('hex')}${type && `&type=${encodeURIComponent(type)}`}`;

const EMPTY_JSON = 'Format JSON with an empty body';

const responses: MovedWorkflow[] = [
	{
		name: 'lists become items, linked to theirs',
		versions: EVERY,
		items: [
			{ count: 3, name: 'x' },
			{ count: 0, name: 'y' },
			{ count: 2, name: 'z' },
		],
		parameters: { url: '=ORIGIN/items?count={{ $json.count }}' },
		after: { id: '={{ $json.id }}', from: "={{ $('Items').item.json.name }}" },
	},
	{
		name: '100 items keep their order',
		items: Array.from({ length: 100 }, (_, id) => ({ id })),
		parameters: { url: '=ORIGIN/delay?id={{ $json.id }}&ms={{ ($json.id * 7) % 20 }}' },
		after: { answer: '={{ $json.id }}', from: "={{ $('Items').item.json.id }}" },
	},
	...formats.map((responseFormat): MovedWorkflow => ({
		name: `full response, format ${responseFormat}`,
		versions: [4.1, 4.5],
		items: types.map((type) => ({ url: answer('{"a":[1,{"b":null}]}', type) })),
		parameters: {
			url: '={{ $json.url }}',
			...response({ fullResponse: true, responseFormat, outputPropertyName: 'data' }),
		},
	})),
	...formats.map((responseFormat): MovedWorkflow => ({
		name: `body alone, format ${responseFormat}`,
		versions: [4.2, 4.4],
		items: types.map((type) => ({ url: answer('{"a":[1,{"b":null}]}', type) })),
		parameters: {
			url: '={{ $json.url }}',
			...response({ responseFormat, outputPropertyName: 'result' }),
		},
	})),
	...formats.map((responseFormat): MovedWorkflow => ({
		name: `empty bodies, format ${responseFormat}`,
		...(responseFormat === 'json' && {
			differs: { listed: EMPTY_JSON, because: 'HTTP Request gives items without json' },
		}),
		versions: [4.1, 4.5],
		items: types.map((type) => ({ url: answer('', type) })),
		parameters: {
			url: '={{ $json.url }}',
			...response({ responseFormat, outputPropertyName: 'data' }),
		},
	})),
	...['autodetect', 'json', 'text'].map((responseFormat): MovedWorkflow => ({
		name: `empty bodies in a full response, format ${responseFormat}`,
		...(responseFormat === 'json' && {
			differs: { listed: EMPTY_JSON, because: 'HTTP Request leaves the body out' },
		}),
		items: types.map((type) => ({ url: answer('', type) })),
		parameters: {
			url: '={{ $json.url }}',
			...response({ fullResponse: true, responseFormat, outputPropertyName: 'data' }),
		},
	})),
	{
		name: 'status 204',
		parameters: { url: 'ORIGIN/status?code=204', ...full },
	},
	{
		name: 'never an error',
		versions: EVERY,
		items: [
			{ url: 'ORIGIN/status?code=404&body=%7B%22message%22%3A%22gone%22%7D&type=application/json' },
			{ url: 'ORIGIN/status?code=500&body=oops' },
			{ url: 'ORIGIN/status?code=503' },
			{ url: 'ORIGIN/json?body={"ok":true}' },
		],
		parameters: { url: '={{ $json.url }}', ...response({ neverError: true, fullResponse: true }) },
	},
	{
		name: 'never an error, not even for invalid JSON',
		parameters: {
			url: 'ORIGIN/json?body=%7Bnot-json',
			...response({ neverError: true }),
		},
	},
	{
		name: 'texts in charsets that the header names',
		versions: [4.2, 4.5],
		items: [
			{ hex: '5a6fe9', type: 'text/plain; charset=iso-8859-1' },
			{ hex: '93fa967b', type: 'text/html; charset="Shift_JIS"' },
			{ hex: '80', type: 'text/plain;charset=windows-1252' },
			{ hex: '7b2261223a22e9227d', type: 'application/json; charset=latin1' },
			{ hex: 'efbbbf5a6fc3ab', type: 'text/plain' },
			{ hex: '5a6fc3ab', type: 'text/plain; charset=utf-8' },
		].map(({ hex, type }) => ({ url: `ORIGIN/bytes?hex=${hex}&type=${encodeURIComponent(type)}` })),
		parameters: { url: '={{ $json.url }}' },
	},
	{
		name: 'a text in a charset that does not exist',
		differs: {
			listed: 'A charset that does not exist',
			because: 'HTTP Request fails, although the text is plain UTF-8',
		},
		parameters: { url: 'ORIGIN/text?body=Zo%C3%AB&type=text/plain%3B%20charset%3Dnonsense' },
	},
	{
		name: 'pictures, found by their type',
		versions: EVERY,
		items: [
			{ url: 'ORIGIN/binary', id: 1 },
			{ url: 'ORIGIN/binary?name=picture.png', id: 2 },
			{ url: 'ORIGIN/files/a.png', id: 3 },
		],
		parameters: { url: '={{ $json.url }}' },
		after: {
			file: '={{ $binary.data.fileName }} {{ $binary.data.mimeType }} {{ $binary.data.fileSize }}',
			from: "={{ $('Items').item.json.id }}",
		},
	},
	{
		name: 'files that the server names',
		versions: [4.1, 4.5],
		items: ['attachment; filename="my report.pdf"', 'inline; filename=a.jpg', 'attachment'].map(
			(header) => ({
				url: `ORIGIN/binary?header=${encodeURIComponent(`content-disposition:${header}`)}`,
			}),
		),
		parameters: { url: '={{ $json.url }}' },
	},
	{
		name: 'a file found by a redirect, with a login',
		parameters: { url: 'LOGIN/redirect?to=/files/a.png%3Fx=1' },
	},
	{
		name: 'a file whose type is not told',
		differs: {
			listed: 'A file without a Content-Type',
			because: 'HTTP Request takes it for text/plain, whatever its bytes are',
		},
		parameters: { url: 'ORIGIN/files/untyped', ...response({ responseFormat: 'file' }) },
	},
	{
		name: 'files in a field of one’s own, with status',
		versions: [4.1, 4.5],
		items: [{ url: 'ORIGIN/binary' }, { url: answer('a,b\n1,2\n', 'text/csv') }],
		parameters: {
			url: '={{ $json.url }}',
			...response({ responseFormat: 'file', outputPropertyName: 'report', fullResponse: true }),
		},
	},
	...['gzip', 'deflate', 'br', 'zstd'].map((encoding): MovedWorkflow => ({
		name: `an answer compressed with ${encoding}`,
		parameters: { url: `ORIGIN/compressed?encoding=${encoding}`, ...full },
	})),
	{
		name: 'headers that come several times',
		parameters: {
			url: 'ORIGIN/text?body=x&header=set-cookie:a=1&header=set-cookie:b=2&header=x-m:1&header=x-m:2&header=X-Upper:Y',
			...full,
		},
	},
	{
		name: 'JSON null',
		items: [{ url: 'ORIGIN/json?body=null' }],
		parameters: { url: '={{ $json.url }}' },
	},
];

const redirects: MovedWorkflow[] = [
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

const LOST_HEADERS: Difference = {
	listed: 'OAuth1',
	because: 'HTTP Request loses the headers of the item, Accept among them',
};

const authentication: MovedWorkflow[] = [
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

const errors: MovedWorkflow[] = (['continueRegularOutput', 'continueErrorOutput'] as const).flatMap(
	(onError): MovedWorkflow[] => [
		{
			name: `errors between answers, ${onError}`,
			versions: [4.1, 4.4, 4.5],
			onError,
			items: [
				{ url: 'ORIGIN/json?body={"n":1}' },
				{ url: 'ORIGIN/status?code=404&body=gone' },
				{ url: 'ORIGIN/items?count=2' },
				{ url: 'http://127.0.0.1:1/refused' },
				{ url: 'not a url' },
				{ url: 'ORIGIN/json?body=%7Bnot-json' },
				{ url: 'ORIGIN/status?code=503&body={"message":"later"}&type=application/json' },
				{ url: 'ORIGIN/reset' },
				{ url: 'ORIGIN/json?body={"n":2}' },
			],
			parameters: { url: '={{ $json.url }}' },
		},
		{
			name: `a time limit, ${onError}`,
			versions: [4.2, 4.5],
			onError,
			items: [{ path: 'text?body=a' }, { path: 'hang' }, { path: 'text?body=b' }],
			parameters: { url: '=ORIGIN/{{ $json.path }}', options: { timeout: 2_000 } },
		},
		{
			name: `invalid JSON in a parameter, ${onError}`,
			onError,
			items: [{ body: '{"a":1}' }, { body: '{a' }, { body: '{"a":2}' }],
			parameters: jsonBody('={{ $json.body }}'),
		},
	],
);

const pacing: MovedWorkflow[] = [
	{
		name: 'batching',
		items: people,
		parameters: {
			url: '=ORIGIN/mirror?id={{ $json.id }}',
			options: { batching: { batch: { batchSize: 1, batchInterval: 50 } } },
		},
	},
];

/** By subject. Each is to give the same in both nodes. */
export const movedWorkflows: Record<string, MovedWorkflow[]> = {
	query,
	headers,
	bodies,
	'files as bodies': fileBodies,
	responses,
	pages,
	redirects,
	authentication,
	errors: [...errors, ...continuing],
	pacing,
	options,
	differences,
};

/** A use that has to be refused, and what the node says then. */
export interface RefusedUse extends MovedWorkflow {
	refusal: RegExp;
}

/** What the node cannot do, as HTTP Request stores it. */
export const refusedUses: RefusedUse[] = [
	{
		name: 'a predefined credential',
		lost: 'part of what the node refuses to run without',
		parameters: {
			...{ url: 'ORIGIN/items', authentication: 'predefinedCredentialType' },
			nodeCredentialType: 'notionApi',
		},
		refusal: /^Predefined credential types are not supported/,
	},
];
