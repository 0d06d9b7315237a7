import fc from 'fast-check';

import { parseJsonBody } from '../../../nodes/ConcurrentHttpRequest/response/readContent.ts';
import type { ResponseOptions } from '../../../nodes/ConcurrentHttpRequest/response/responseOptions.ts';
import { UnreadableResponse } from '../../../nodes/ConcurrentHttpRequest/response/UnreadableResponse.ts';

const options = (changes: Partial<ResponseOptions> = {}): ResponseOptions => ({
	format: 'json',
	fullResponse: false,
	neverError: false,
	outputPropertyName: 'data',
	...changes,
});

it('returns any JSON value', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			const text = JSON.stringify(value);
			expect(parseJsonBody(` ${text}\n`, options())).toEqual(JSON.parse(text));
		}),
	);
});

it.each(['', ' ', '\r\n\t'])('treats a blank body as an empty object: %j', (text) => {
	expect(parseJsonBody(text, options())).toEqual({});
});

it.each(['<html>', '{', 'undefined'])('refuses anything else: %s', (text) => {
	expect(() => parseJsonBody(text, options())).toThrow(UnreadableResponse);
	expect(() => parseJsonBody(text, options({ format: 'autodetect' }))).toThrow(UnreadableResponse);
	expect(() => parseJsonBody(text, options({ neverError: true }))).toThrow(UnreadableResponse);
	expect(parseJsonBody(text, options({ format: 'autodetect', neverError: true }))).toEqual({});
});

it('does not repeat the body in the error, because it may contain secrets', () => {
	expect(() => parseJsonBody('secret-0815', options())).toThrow('The response is not valid JSON');
	expect(() => parseJsonBody('secret-0815', options())).not.toThrow(/0815/);
});
