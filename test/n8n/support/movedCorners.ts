import type { INodeParameters } from 'n8n-workflow';
import { jsonBody, pairs, response } from './movedParts.ts';
import type { MovedWorkflow } from './movedWorkflow.ts';

const post = (more: INodeParameters): INodeParameters => ({
	...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, ...more },
});

const withHeader = (name: string, value: string): INodeParameters => ({
	...{ sendHeaders: true, headerParameters: pairs([name, value]) },
});

const typed = (type: string) => withHeader('Content-Type', type);

/** A URL whose answer has these bytes, this type and this header. */
const bytes = (body: string | Buffer, type: string, header = '') =>
	`ORIGIN/bytes?hex=${Buffer.from(body as string).toString('hex')}` +
	(type && `&type=${encodeURIComponent(type)}`) +
	(header && `&header=${encodeURIComponent(header)}`);

const answers = (name: string, urls: string[], settings: INodeParameters): MovedWorkflow => ({
	...{ name, items: urls.map((url) => ({ url })) },
	parameters: { url: '={{ $json.url }}', ...response(settings) },
});

const FORM = 'application/x-www-form-urlencoded';

const formed: INodeParameters = jsonBody('{"a":[1,2],"b":{"c d":"é&"},"n":null}');

/** Bodies, and headers that say something else about them. */
const sent: MovedWorkflow[] = [
	...[FORM, `${FORM}; charset=utf-8`, 'text/plain', 'application/json; charset=utf-8'].map(
		(type): MovedWorkflow => ({
			name: `a JSON body whose header says ${type}`,
			versions: [4, 4.5],
			parameters: { ...jsonBody('{"a":"1","b":"é&"}'), ...typed(type) },
		}),
	),
	...[FORM, `${FORM}; charset=utf-8`].map((type): MovedWorkflow => ({
		name: `JSON with lists whose header says ${type}`,
		parameters: { ...formed, ...typed(type) },
	})),
	{
		name: 'JSON by fields whose header says that it is a form',
		versions: [4, 4.5],
		parameters: { ...post({ bodyParameters: pairs(['a', 'b c'], ['d.e', '1']) }), ...typed(FORM) },
	},
	{
		name: 'JSON by fields whose header says that it is Form-Data',
		versions: [4, 4.5],
		parameters: {
			...post({ url: 'ORIGIN/items', bodyParameters: pairs(['a', 'b c'], ['d', '1']) }),
			...typed('multipart/form-data'),
		},
	},
	{
		name: 'JSON after a form that was given as text',
		parameters: post({ contentType: 'json', specifyBody: 'string', body: 'a=1&b=x%20y' }),
	},
	{
		name: 'a form that is an object',
		items: [{ a: 1, b: 'x y' }],
		parameters: post({
			...{ contentType: 'form-urlencoded', specifyBody: 'string', body: '={{ $json }}' },
		}),
	},
	{
		name: 'a JSON body that an expression does not give',
		parameters: post({ specifyBody: 'json', jsonBody: '={{ $json.missing }}' }),
	},
	{
		name: 'odd names of fields',
		parameters: post({
			bodyParameters: pairs(
				...(['a.', '.b', 'c..d', 'e[0]', 'f[]', '["g.h"]', 'i[-1]', 'a.b', ' k '] as const).map(
					(name): [string, string] => [name, name],
				),
			),
		}),
	},
];

const headers: MovedWorkflow[] = [
	{
		name: 'spaces around the names of headers',
		parameters: {
			...{ url: 'ORIGIN/mirror', sendHeaders: true },
			headerParameters: pairs([' X-A ', 'b'], ['X-B\t', 'c']),
		},
	},
	{
		name: 'a name in two cases, which are kept',
		versions: [4, 4.5],
		parameters: {
			...{ url: 'ORIGIN/mirror', sendHeaders: true },
			headerParameters: pairs(['X-A', '1'], ['x-a', '2']),
			options: { lowercaseHeaders: false },
		},
	},
	{
		name: 'two cookies',
		parameters: {
			...{ url: 'ORIGIN/mirror', sendHeaders: true },
			headerParameters: pairs(['Cookie', 'a=1'], ['Cookie', 'b=2']),
		},
	},
	{
		name: 'the credential’s header in a case of the item’s own',
		credential: 'header',
		parameters: {
			...{ url: 'ORIGIN/mirror', ...withHeader('X-API-key', 'mine') },
			options: { lowercaseHeaders: false },
		},
	},
	...['Host', 'User-Agent', 'Accept', 'Content-Type'].map((name): MovedWorkflow => ({
		name: `the header ${name} without a body`,
		items: [{ value: '' }, { value: 'example.com' }],
		parameters: { url: 'ORIGIN/mirror', ...withHeader(name, '={{ $json.value }}') },
	})),
];

/** Switches by expressions that give something else than true and false. */
const switches: MovedWorkflow[] = ['={{ 1 }}', '={{ "no" }}', '={{ "" }}', '={{ 0 }}'].flatMap(
	(value): MovedWorkflow[] => [
		{
			name: `Never Error and Include Response Headers: ${value}`,
			parameters: {
				url: 'ORIGIN/status?code=404&body=x',
				...response({ neverError: value, fullResponse: value }),
			},
		},
		{
			name: `Lowercase Headers: ${value}`,
			parameters: {
				...{ url: 'ORIGIN/mirror', ...withHeader('X-A', 'b') },
				options: { lowercaseHeaders: value },
			},
		},
		{
			name: `SSL Certificates without a credential: ${value}`,
			parameters: { url: 'ORIGIN/mirror', provideSslCertificates: value },
		},
	],
);

const received: MovedWorkflow[] = [
	...['autodetect', 'json', 'text'].map((responseFormat) =>
		answers(
			`odd JSON, format ${responseFormat}`,
			[
				...['{"__proto__":{"x":1}}', '[null]', '[{"a":1},null]', '{"error":"x"}', '[]'],
				...['[{"json":{"a":1}}]', '{"body":"x","headers":{"a":1}}', '{"a":1', 'NaN'],
			].map((body) => bytes(body, 'application/json')),
			{ responseFormat, neverError: true, outputPropertyName: 'data' },
		),
	),
	answers(
		'types that are, and are not, JSON',
		[
			...['text/json', 'application/problem+json', 'application/json;odata=verbose', 'x'],
			...['application/json, text/plain', 'application/x-ndjson', 'application/jsonp'],
			...['text/plain; charset=windows-1251', "text/plain; charset='utf-8'", 'application/xml'],
		].map((type) => bytes('{"a":"1"}', type)),
		{ fullResponse: true },
	),
	answers('a byte order mark', [bytes('\ufeff{"a":1}', 'application/json')], {}),
	answers(
		'every status',
		[201, 202, 204, 205, 206, 299, 300, 304, 399, 400, 401, 418, 429, 451, 500, 599].map(
			(code) => `ORIGIN/status?code=${code}&body={"a":1}&type=application/json`,
		),
		{ fullResponse: true, neverError: true },
	),
	answers(
		'names of files',
		[
			...["attachment; filename*=UTF-8''%e2%82%ac.png", 'attachment; filename="a/b.png"'],
			...['attachment; filename="../../etc/passwd"', 'attachment;filename=a b.png'],
			...['filename=x.png', 'attachment; FILENAME="up.PNG"', "attachment; filename='q.png'"],
		].map((header) => bytes('x', 'image/png', `content-disposition:${header}`)),
		{ fullResponse: true },
	),
];

const paged = (pagination: INodeParameters, url: string): INodeParameters => ({
	...{ url, options: { pagination: { pagination } } },
});

const numbered: INodeParameters = {
	parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }] },
};

const pages: MovedWorkflow[] = [
	{
		name: 'pages until statuses with commas and blanks around them',
		parameters: paged(
			{
				...{ ...numbered, paginationCompleteWhen: 'receiveSpecificStatusCodes' },
				statusCodesWhenComplete: ' 410, 404 ,',
			},
			'ORIGIN/pages?ends',
		),
	},
	{
		name: 'pages that the item’s fields and texts around expressions name',
		items: [{ from: 1 }, { from: 3 }, { from: 9 }],
		parameters: paged(
			{
				parameters: {
					parameters: [
						{ type: 'qs', name: 'page', value: '={{ $pageCount + $json.from }}' },
						{ type: 'headers', name: 'X-N', value: '=p-{{ $pageCount }}' },
					],
				},
			},
			'ORIGIN/pages',
		),
	},
	...['={{ 2 }}', '={{ $json.most }}', '2'].map((maxRequests): MovedWorkflow => ({
		name: `at most ${maxRequests} pages`,
		items: [{ most: 1 }, { most: 2 }],
		parameters: paged({ ...numbered, limitPagesFetched: true, maxRequests }, 'ORIGIN/pages'),
	})),
];

const redirects: MovedWorkflow[] = [
	...['mirror?x=1', '?code=200&body=y', '/mirror#f', '/mirror?a=b c&d=e'].map(
		(location): MovedWorkflow => ({
			name: `a redirect to ${location}`,
			parameters: {
				url: `ORIGIN/status?code=302&header=${encodeURIComponent(`location:${location}`)}`,
			},
		}),
	),
	...[201, 300, 304, 305].map((code): MovedWorkflow => ({
		name: `a Location with ${code}`,
		parameters: {
			url: `ORIGIN/status?code=${code}&header=location:/mirror`,
			...response({ neverError: true, fullResponse: true }),
		},
		...(code >= 300 && {
			differs: {
				listed: 'A 300, 304, 305 or 306 with a `Location`',
				because: 'HTTP Request follows it',
			},
		}),
	})),
	{
		name: 'a redirect to a path with a byte beyond ASCII',
		parameters: { url: 'ORIGIN/status?code=302&header=location:/mirror?d=%C3%A9' },
		differs: {
			listed: 'Bytes beyond ASCII in a `Location`',
			because: 'HTTP Request takes them for latin-1',
		},
	},
	{
		name: 'the option Redirects without any setting',
		versions: [4, 4.5],
		parameters: { url: 'ORIGIN/redirect?to=/mirror', options: { redirect: {} } },
	},
	...[21, 22].map((times): MovedWorkflow => ({
		name: `${times} redirects`,
		parameters: { url: `ORIGIN/redirect?times=${times}&to=/mirror` },
	})),
];

const authentication: MovedWorkflow[] = [
	'httpBasicAuth',
	'httpQueryAuth',
	'httpCustomAuth',
	'httpDigestAuth',
	'oAuth1Api',
	'oAuth2Api',
].map((genericAuthType) => ({
	name: `${genericAuthType} without a credential`,
	...{ items: [{}, {}], onError: 'continueErrorOutput' },
	parameters: {
		...{ url: 'ORIGIN/mirror', authentication: 'genericCredentialType', genericAuthType },
	},
}));

/** What people do by mistake, or without knowing of it, and expect to stay as it is. */
export const corners: MovedWorkflow[] = [
	...[...sent, ...headers, ...switches, ...received],
	...[...pages, ...redirects, ...authentication],
];
