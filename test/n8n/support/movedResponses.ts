import { EVERY, full, response } from './movedParts.ts';
import type { MovedWorkflow } from './movedWorkflow.ts';

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

export const responses: MovedWorkflow[] = [
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
