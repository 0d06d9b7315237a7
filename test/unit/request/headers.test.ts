import fc from 'fast-check';
import { validateHeaderName, validateHeaderValue } from 'node:http';

import {
	checkHeader,
	readHeaders,
	setDefaultHeader,
	setHeader,
} from '../../../nodes/ConcurrentHttpRequest/request/headers.ts';
import type { RequestHeaders } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import { InvalidParameter } from '../../../nodes/ConcurrentHttpRequest/parameters/InvalidParameter.ts';
import { parametersOf } from '../parameters/parametersOf.ts';

const pieces = fc.constantFrom(
	'\r',
	'\n',
	'\r\n',
	'\0',
	'\u2028',
	'\u0085',
	'a',
	' ',
	':',
	'é',
	'€',
);
const texts = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.array(pieces, { maxLength: 8 }).map((list) => list.join('')),
);

/** The same check by Node's own HTTP client. */
function isAllowed(check: () => void): boolean {
	try {
		check();
		return true;
	} catch {
		return false;
	}
}

function checked(name: string, value: unknown): string | string[] | undefined | InvalidParameter {
	try {
		return checkHeader(name, value);
	} catch (error) {
		if (error instanceof InvalidParameter) return error;
		throw error;
	}
}

describe('a name', () => {
	it('is accepted exactly where Node accepts it', () => {
		fc.assert(
			fc.property(texts, (name) => {
				const isTaken = !(checked(name, 'x') instanceof InvalidParameter);
				expect(isTaken).toBe(isAllowed(() => validateHeaderName(name)));
			}),
			{ numRuns: 500 },
		);
	});

	it.each(['', ' ', 'a b', 'a:', 'a\r\nb', 'ä', '(x)', '@'])('is refused: %j', (name) => {
		expect(checked(name, 'x')).toBeInstanceOf(InvalidParameter);
	});

	it('is refused even where the value leaves the header out', () => {
		expect(checked('a b', null)).toBeInstanceOf(InvalidParameter);
	});
});

describe('a value', () => {
	it('never lets a line break or another control character through', () => {
		const values = fc.oneof(texts, fc.array(texts), fc.jsonValue());
		fc.assert(
			fc.property(values, (value) => {
				const result = checked('x-a', value);
				if (result instanceof InvalidParameter || result === undefined) return;
				for (const line of [result].flat()) {
					const controls = Array.from(line).filter(
						(character) => (character < ' ' && character !== '\t') || character === '\x7f',
					);
					expect(controls).toEqual([]);
					expect(isAllowed(() => validateHeaderValue('x-a', line))).toBe(true);
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it('is unchanged except for spaces around it', () => {
		fc.assert(
			fc.property(texts, (value) => {
				const result = checked('x-a', value);
				if (!(result instanceof InvalidParameter)) expect(result).toBe(value.trim());
			}),
		);
	});

	it.each([
		[null, undefined],
		[undefined, undefined],
		[false, undefined],
		[true, 'true'],
		[0, '0'],
		['', ''],
		[{ a: 1 }, '{"a":1}'],
		[
			['a', 1],
			['a', '1'],
		],
		['Grüße', 'Grüße'],
	])('%j is sent as %j', (value, expected) => {
		expect(checkHeader('x-a', value)).toEqual(expected);
	});

	it('is not repeated in the error, since it may be a secret', () => {
		const error = checked('X-Key', 'secret\r\nX-Other: 1') as InvalidParameter;
		expect(error.message).toBe(
			'"Headers" contain a value for "X-Key" with a line break that HTTP does not allow',
		);
		expect(JSON.stringify([error.message, error.hint])).not.toContain('secret');
	});

	it('is also refused in a list', () => {
		expect(checked('x-a', ['ok', 'not\nok'])).toBeInstanceOf(InvalidParameter);
	});
});

describe('the item’s headers', () => {
	const asked = (json: object, options = {}) =>
		readHeaders(
			parametersOf({
				...{
					sendHeaders: true,
					specifyHeaders: 'json',
					jsonHeaders: JSON.stringify(json),
					options,
				},
			}),
			4.5,
		);

	it('may have spaces around their names', () => {
		expect({ ...asked({ ' X-A': '1', 'X-B\t ': '2' }) }).toEqual({ 'x-a': '1', 'x-b': '2' });
	});

	it('have one Cookie (RFC 6265 section 5.4), and several of others', () => {
		const list = ['a=1', 'b=2'];
		expect({ ...asked({ Cookie: list, Via: list }) }).toEqual({ cookie: 'a=1; b=2', via: list });
	});

	it.each([true, 1, 'yes', undefined])('are in lower case: %j', (lowercaseHeaders) => {
		expect({ ...asked({ 'X-A': '1' }, { lowercaseHeaders }) }).toEqual({ 'x-a': '1' });
	});

	it.each([false, 0, ''])('are as they were written: %j', (lowercaseHeaders) => {
		expect({ ...asked({ 'X-A': '1' }, { lowercaseHeaders }) }).toEqual({ 'X-A': '1' });
	});
});

describe('setting a header', () => {
	const names = fc.constantFrom('X-A', 'x-a', 'X-a', 'x-b', 'Accept');

	it('replaces what differs only in case under its first name, and keeps the rest', () => {
		const settings = fc.array(fc.tuple(names, fc.string()), { maxLength: 12, size: 'max' });
		fc.assert(
			fc.property(settings, (list) => {
				const headers: RequestHeaders = {};
				for (const [name, value] of list) setHeader(headers, name, value);
				const expected = new Map<string, [name: string, value: string]>();
				for (const [name, value] of list) {
					const first = expected.get(name.toLowerCase())?.[0] ?? name;
					expected.set(name.toLowerCase(), [first, value]);
				}
				expect(new Set(Object.entries(headers))).toEqual(new Set(expected.values()));
			}),
		);
	});

	it('as a default keeps an existing one', () => {
		const headers: RequestHeaders = { 'USER-Agent': 'mine' };
		setDefaultHeader(headers, 'user-agent', 'n8n');
		setDefaultHeader(headers, 'accept', '*/*');
		expect(headers).toEqual({ 'USER-Agent': 'mine', accept: '*/*' });
	});
});

describe('the headers of an item', () => {
	const fields = (...rows: Array<[string, unknown]>) => ({
		sendHeaders: true,
		headerParameters: { parameters: rows.map(([name, value]) => ({ name, value })) },
	});

	it('are all sent, under any name that HTTP allows', () => {
		const token = fc
			.string({ unit: fc.constantFrom(...'abXY019-_.!~'), minLength: 1 })
			.map((name) => `x${name}`);
		const any = fc.oneof(token, fc.constantFrom('constructor', '__proto__', 'hasownproperty'));
		const rows = fc.uniqueArray(fc.tuple(any, fc.string({ unit: fc.constantFrom('a', 'é') })), {
			selector: ([name]) => name.toLowerCase(),
		});
		fc.assert(
			fc.property(rows, (list) => {
				const headers = readHeaders(parametersOf(fields(...list)), 4.3);
				const expected = list.map(([name, value]) => [name.toLowerCase(), value]);
				expect(new Set(Object.entries(headers))).toEqual(new Set(expected));
			}),
		);
	});

	it.each([
		[undefined, { 'x-trace': '1' }],
		[true, { 'x-trace': '1' }],
		[false, { 'X-Trace': '1' }],
	])('have names in lower case, or as written (option: %p)', (lowercaseHeaders, expected) => {
		const options = lowercaseHeaders === undefined ? {} : { lowercaseHeaders };
		expect(readHeaders(parametersOf({ ...fields(['X-Trace', 1]), options }), 4.3)).toEqual(
			expected,
		);
	});

	it.each([
		[4.2, '2'],
		[4.3, ['1', '2']],
	])('repeat by version %p', (version, expected) => {
		const parameters = parametersOf(fields(['x', '1'], ['x', '2']));
		expect(readHeaders(parameters, version)).toEqual({ x: expected });
	});

	it('have one value where names differ only in case: the last', () => {
		const parameters = parametersOf(fields(['X-A', '1'], ['x-a', '2']));
		expect(readHeaders(parameters, 4.3)).toEqual({ 'x-a': '2' });
	});

	it.each(['Connection', 'content-LENGTH', 'Transfer-Encoding', 'Expect', 'Upgrade', 'Keep-Alive'])(
		'leave out what is the business of the connection: %s',
		(name) => {
			expect(readHeaders(parametersOf(fields([name, 'x'], ['a', 'b'])), 4.3)).toEqual({ a: 'b' });
		},
	);

	it('leave out rows without a name', () => {
		expect(readHeaders(parametersOf(fields(['', 'x'], ['a', 'b'])), 4.3)).toEqual({ a: 'b' });
	});

	it('may be JSON', () => {
		const json = { sendHeaders: true, specifyHeaders: 'json' };
		const jsonHeaders = '{"X-A": 1, "x-b": null, "x-c": ["1", "2"]}';
		expect(readHeaders(parametersOf({ ...json, jsonHeaders }), 4.3)).toEqual({
			'x-a': '1',
			'x-c': ['1', '2'],
		});
		const broken = parametersOf({ ...json, jsonHeaders: '{' });
		expect(() => readHeaders(broken, 4.3)).toThrow(/^"JSON \(Headers\)" is not valid JSON/);
	});

	it('are none where they are switched off', () => {
		const parameters = { ...fields(['a b', 'x']), sendHeaders: false };
		expect(readHeaders(parametersOf(parameters), 4.3)).toEqual({});
	});
});

describe('Host', () => {
	it.each([
		'a.test',
		'a_b.test:8080',
		'192.0.2.1',
		'[2001:db8::1]:443',
		'a.test:',
		'a%20b',
		'xn--a',
	])('may be %j', (host) => expect(checkHeader('Host', ` ${host} `)).toBe(host));

	// RFC 9110 section 7.2 and RFC 3986 section 3.2.2.
	it.each([
		...['a b', 'a.test/path', 'https://a.test', 'user@a.test', 'a.test:x', 'a.test:80:80'],
		...['a.test?b', 'a.test#b', 'a\\b', '[::1', '::1', 'ä.test', 'a.test, b\tc', '%zz', '"a"'],
	])('may not be %j', (host) => {
		expect(() => checkHeader('host', host)).toThrow(
			'"Headers" contain a Host that is not the name of a host',
		);
	});
});

it('a list is refused for Host, of which there can be one only', () => {
	expect(() => checkHeader('HOST', ['a.test', 'b.test'])).toThrow(
		'"Headers" contain a list of hosts',
	);
	expect(checkHeader('X-Host', ['a.test', 'b.test'])).toEqual(['a.test', 'b.test']);
});
