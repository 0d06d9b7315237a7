import { EVERY, pairs, people, response } from './movedParts.ts';
import type { MovedWorkflow } from './movedWorkflow.ts';

/** URLs and their queries. */
export const query: MovedWorkflow[] = [
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
