import { EVERY, jsonBody, pairs, people, response } from './movedParts.ts';
import type { MovedWorkflow } from './movedWorkflow.ts';

export const headers: MovedWorkflow[] = [
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

export const bodies: MovedWorkflow[] = [
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
