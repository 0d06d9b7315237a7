import fc from 'fast-check';
import { encode } from 'iconv-lite';

import { Redactor } from '../../../nodes/ConcurrentHttpRequest/secrets/Redactor.ts';
import { readErrorBody } from '../../../nodes/ConcurrentHttpRequest/errors/serverMessage.ts';
import type { HttpResponse } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';
import { responseWith } from '../transport/requestTo.ts';

const read = (response: HttpResponse) => readErrorBody(response, new Redactor([]));
const serverMessage = (response: HttpResponse) => read(response).message;

it.each([
	[{ message: 'no such user' }, 'no such user'],
	[{ error: { code: 7, message: 'no such user' } }, 'no such user'],
	[{ errors: [{ detail: 'first' }, { detail: 'second' }] }, 'first'],
	[{ error: 'invalid_grant', error_description: 'expired' }, 'expired'],
	[{ type: 'about:blank', title: 'Conflict', detail: 'already there' }, 'already there'],
	[{ error: true, reason: 'quota' }, 'quota'],
	[{ error: {}, title: 'Bad Request' }, 'Bad Request'],
	[[{ message: 'in a list' }], 'in a list'],
	['"only a text"', 'only a text'],
	// An empty field says nothing; the next one may.
	[{ message: '', error: 'no such user' }, 'no such user'],
	[{ message: ' \n', title: 'Conflict' }, 'Conflict'],
])('finds it in %j', (body, expected) => {
	expect(serverMessage(responseWith(400, body))).toBe(expected);
});

it.each([
	[{}],
	[[]],
	['null'],
	['7'],
	[{ status: 400 }],
	[{ message: { code: 7 } }],
	['{"message":'],
	['<html>'],
])('finds nothing in %j', (body) => {
	expect(serverMessage(responseWith(400, body))).toBeUndefined();
});

it.each([
	['text/plain; charset=utf-8', 'busy'],
	['', 'busy'],
	['text/html', undefined],
	['image/png', undefined],
])('returns the whole text of %j: %j', (type, expected) => {
	expect(serverMessage(responseWith(503, ' busy\n', type))).toBe(expected);
	expect(serverMessage(responseWith(503, '', type))).toBeUndefined();
});

it.each([
	['text/plain; charset=windows-1251', 'Неверный запрос', 'win1251'],
	['text/plain; charset=shift_jis', '不正な要求', 'shift_jis'],
	['text/plain; charset=utf-16le', 'busy', 'utf-16le'],
	['application/json; charset=iso-8859-1', '{"message":"Größe"}', 'latin1'],
	// The bytes say more than a wrong charset.
	['text/plain; charset=us-ascii', 'Größe', 'utf8'],
])('reads the charset that is named: %j', (type, text, encoding) => {
	const response = { ...responseWith(400, '', type), body: encode(text, encoding) };
	expect(serverMessage(response)).toBe(text.includes('{') ? 'Größe' : text);
});

it('is one line of at most 300 characters', () => {
	expect(serverMessage(responseWith(400, { message: ' a\r\n  b\tc ' }))).toBe('a b c');
	const unit = fc.constantFrom(...'aé€😀\0 \t\r\n\u2028');
	fc.assert(
		fc.property(fc.string({ unit, maxLength: 700, size: 'max' }), (message) => {
			const said = serverMessage(responseWith(400, { message })) ?? '';
			expect(said.length).toBeLessThanOrEqual(301);
			expect(said.isWellFormed()).toBe(true);
			expect(said).not.toMatch(/[\r\n]/);
		}),
	);
	expect(serverMessage(responseWith(400, { message: 'x'.repeat(300) }))).toBe('x'.repeat(300));
	expect(serverMessage(responseWith(400, { message: 'x'.repeat(301) }))).toBe(
		`${'x'.repeat(300)}…`,
	);
	const message = `${'x'.repeat(299)}😀`;
	expect(serverMessage(responseWith(400, { message }))).toBe(`${'x'.repeat(299)}…`);
});

it('has no half of the character at which a page is cut', () => {
	const page = `<html>${' '.repeat(10_000 - 7)}😀`;
	expect(serverMessage(responseWith(503, page, 'text/html'))).toBeUndefined();
});

it.each([
	['{"a":[1]}', { a: [1] }],
	['text', 'text'],
	['', ''],
	['null', 'null'],
	['false', false],
])('returns the body as data if it is JSON: %j', (body, expected) => {
	expect(read(responseWith(400, body)).body).toEqual(expected);
});
