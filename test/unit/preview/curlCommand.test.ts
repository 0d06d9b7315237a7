import fc from 'fast-check';

import {
	curlCommand,
	type ShownRequest,
} from '../../../nodes/ConcurrentHttpRequest/preview/curlCommand';
import { shellWord } from '../../../nodes/ConcurrentHttpRequest/preview/shellWord';

const request = (given: Partial<ShownRequest>): ShownRequest => ({
	...{ method: 'GET', url: 'https://a.example/x', headers: {}, body: undefined },
	...{ proxy: undefined, followsRedirects: false },
	...{ allowUnauthorizedCerts: false, showsCertificate: false },
	...given,
});

const text = (body: string) => ({ kind: 'text', text: body }) as const;

it.each<[what: string, given: Partial<ShownRequest>, command: string]>([
	['a GET', {}, 'curl https://a.example/x'],
	['a HEAD', { method: 'HEAD' }, 'curl --head https://a.example/x'],
	['another method', { method: 'DELETE' }, 'curl --request DELETE https://a.example/x'],
	[
		'a query',
		{ url: 'https://a.example/x?a=1&b[]=2' },
		"curl --globoff 'https://a.example/x?a=1&b[]=2'",
	],
	[
		'headers, those with several values included',
		{ headers: { accept: 'text/html', 'x-a': ['1', "it's"], 'x-empty': '' } },
		`curl https://a.example/x --header 'accept: text/html' --header 'x-a: 1' --header 'x-a: it'\\''s' --header 'x-empty;'`,
	],
	[
		'bytes beyond ASCII in a header',
		{ headers: { 'x-a': "caf\u00e9's" } },
		String.raw`curl https://a.example/x --header $'x-a: caf\xe9\x27s'`,
	],
	[
		'a body',
		{ method: 'POST', headers: { 'content-type': 'text/plain' }, body: text('@a\n$b') },
		"curl https://a.example/x --header 'content-type: text/plain' --data-raw '@a\n$b'",
	],
	[
		'a body that is a command’s path to zsh',
		{ method: 'POST', headers: { 'content-type': 'text/plain' }, body: text('=ls') },
		"curl https://a.example/x --header 'content-type: text/plain' --data-raw '=ls'",
	],
	[
		'a body without a type, with another method',
		{ method: 'PUT', body: text('a') },
		'curl --request PUT https://a.example/x --header content-type: --data-raw a',
	],
	[
		'a file',
		{ method: 'POST', headers: { 'content-type': 'a/b' }, body: { kind: 'file', fileName: 'a b' } },
		"curl https://a.example/x --header 'content-type: a/b' --data-binary '@a b'",
	],
	[
		'a file whose name stands for the standard input',
		{ method: 'POST', headers: { 'content-type': 'a/b' }, body: { kind: 'file', fileName: '-' } },
		"curl https://a.example/x --header 'content-type: a/b' --data-binary @./-",
	],
	[
		'a form, whose boundary is that of curl',
		{
			method: 'POST',
			headers: { 'content-type': 'multipart/form-data; boundary=x' },
			body: {
				kind: 'form',
				parts: [
					{ name: 'a', value: '@1' },
					{ name: 'f', value: { fileName: 'a.pdf', mimeType: 'application/pdf' } },
					{ name: 'g', value: { fileName: 'a;"b', mimeType: undefined } },
					{ name: 'h', value: { fileName: '-', mimeType: undefined } },
					{ name: 'i', value: { fileName: 'a;b', mimeType: 'a/b' }, savedAs: 'a;b-2' },
					{ name: 'j', value: 'x', savedAs: 'text.txt' },
				],
			},
		},
		`curl https://a.example/x --form-string a=@1 --form 'f=@a.pdf;type=application/pdf' --form 'g=@"a;\\"b"' --form h=@./- --form 'i=@"a;b-2";filename="a;b";type=a/b' --form 'j=<text.txt'`,
	],
	[
		'how it is sent',
		{
			...{ proxy: 'http://p:1', followsRedirects: true },
			...{ allowUnauthorizedCerts: true, showsCertificate: true },
		},
		'curl https://a.example/x --location --proxy http://p:1 --insecure --cert client.pem --key client.key',
	],
])('writes %s', (_what, given, command) => {
	expect(curlCommand(request(given))).toBe(command);
});

it('closes every quote of a word', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (any) => {
			const word = shellWord(any);
			// What a POSIX shell makes of it: quoted parts and escaped quotes, side by side.
			const read = word.replace(/'([^']*)'|\\(.)/gs, (_, quoted?: string, escaped?: string) => {
				return quoted ?? escaped ?? '';
			});
			expect(read).toBe(any);
			expect(word.replace(/'[^']*'|\\'/gs, '')).toMatch(/^[\w@%+=:,./-]*$/);
		}),
	);
});
