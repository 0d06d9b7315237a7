import fc from 'fast-check';
import { parse } from 'qs';

import { readBody } from '../../../nodes/ConcurrentHttpRequest/request/body/index.ts';
import type { ItemFile } from '../../../nodes/ConcurrentHttpRequest/request/ItemFile.ts';
import { filesOf } from './filesOf.ts';
import { parametersOf } from '../parameters/parametersOf.ts';

const body = (
	values: Record<string, unknown>,
	credentialFields?: Record<string, unknown>,
	version = 4.4,
) =>
	readBody({
		...{ parameters: parametersOf({ sendBody: true, ...values }), fileOf: filesOf() },
		...{ typeVersion: version, credentialFields, pageFields: undefined },
	});

const fields = (...rows: Array<[string, unknown]>) => ({
	bodyParameters: { parameters: rows.map(([name, value]) => ({ name, value })) },
});

const text = fc.string({ unit: 'grapheme' });

describe('JSON', () => {
	it('given as text or as value means the same', () => {
		fc.assert(
			fc.property(
				fc.jsonValue().filter((value) => value !== null),
				(value) => {
					const expected = JSON.stringify(value);
					const json = { contentType: 'json', specifyBody: 'json' };
					expect(body({ ...json, jsonBody: expected })?.content).toBe(expected);
					// A text that stands for itself would be read as JSON: an expression may give it.
					if (typeof value === 'string') return;
					expect(body({ ...json, jsonBody: value })?.content).toBe(expected);
				},
			),
		);
	});

	it('from fields keeps types and builds nested values', () => {
		const rows = fields(
			['a', 1],
			['user.name', 'x'],
			['user.tags[1]', true],
			['user.tags[0]', null],
			['list', [1]],
		);
		expect(JSON.parse(String(body(rows)?.content))).toEqual({
			a: 1,
			user: { name: 'x', tags: [null, true] },
			list: [1],
		});
	});

	it('from fields cannot change what all objects inherit', () => {
		body(fields(['__proto__.polluted', 1], ['constructor.prototype.polluted', 1]));
		expect({}).not.toHaveProperty('polluted');
	});

	it('that is the text null is no body', () => {
		expect(body({ specifyBody: 'json', jsonBody: 'null' })).toBeUndefined();
	});

	it.each([undefined, null])('that an expression does not give fails: %j', (jsonBody) => {
		expect(() => body({ specifyBody: 'json', jsonBody })).toThrow(/"JSON Body" is empty/);
	});

	it('is made of the text of a form that was chosen before', () => {
		expect(body({ specifyBody: 'string', body: 'a=1&b=x+y' })?.content).toBe('{"a":"1","b":"x y"}');
	});

	it.each([
		['application/x-www-form-urlencoded', 'a%5B0%5D=1&a%5B1%5D=2&b%5Bx%20y%5D=&c=d&page=2'],
		['Application/X-WWW-form-urlencoded; charset=utf-8', 'a%5B%5D=1&a%5B%5D=2&c=d&page=2'],
	])('is a form where the item says that it is: %s', (ownContentType, content) => {
		const form = readBody({
			...{ fileOf: filesOf(), typeVersion: 4.5, credentialFields: { c: 'd' }, ownContentType },
			parameters: parametersOf({
				...{ sendBody: true, specifyBody: 'json', jsonBody: '{"a":[1,2],"b":{"x y":null}}' },
			}),
			pageFields: { page: '2' },
		});
		expect(form).toMatchObject({ content, contentTypeIsFixed: false });
	});

	it('leaves the Content-Type to a header of the item', () => {
		expect(body(fields(['a', 1]))).toMatchObject({
			contentType: 'application/json',
			contentTypeIsFixed: false,
		});
	});

	it('says where it is wrong', () => {
		expect(() => body({ specifyBody: 'json', jsonBody: '{\n"a": x}' })).toThrow(
			'"JSON Body" is not valid JSON: invalid symbol at line 2, column 6',
		);
	});
});

describe('a form', () => {
	const form = { contentType: 'form-urlencoded' };
	const names = text.filter((name) => name !== '' && !/^\d+$/.test(name));

	it('from fields arrives as it was given', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.tuple(names, text), { selector: ([name]) => name }), (rows) => {
				const content = String(body({ ...form, ...fields(...rows) })?.content);
				expect([...new URLSearchParams(content)]).toEqual(rows);
			}),
		);
	});

	it('from text arrives as it was meant, encoded or not', () => {
		const encoded = fc.array(fc.tuple(names, text)).map((pairs) => new URLSearchParams(pairs));
		fc.assert(
			fc.property(encoded, (pairs) => {
				const content = String(
					body({ ...form, specifyBody: 'string', body: pairs.toString() })?.content,
				);
				expect([...new URLSearchParams(content)]).toEqual([...pairs]);
			}),
		);
		const unencoded = body({ ...form, specifyBody: 'string', body: 'a=x y&b=ü&a=/&c' });
		expect(unencoded?.content).toBe('a=x%20y&b=%C3%BC&a=%2F&c=');
	});

	it.each([
		[4.2, { a: '2' }],
		[4.3, { a: ['1', '2'] }],
	])('repeats names by version %p', (version, expected) => {
		const content = body(
			{ ...form, ...fields(['a', '1'], ['a', '2']) },
			undefined,
			version,
		)?.content;
		expect(parse(String(content))).toEqual(expected);
	});

	it('decides the Content-Type', () => {
		expect(body({ ...form, ...fields() })).toEqual({
			content: '',
			contentType: 'application/x-www-form-urlencoded',
			contentTypeIsFixed: true,
		});
	});
});

describe('raw', () => {
	const raw = { contentType: 'raw', rawContentType: 'application/xml' };

	it('is sent byte for byte', () => {
		fc.assert(
			fc.property(fc.string({ minLength: 1 }), (content) => {
				expect(body({ ...raw, body: content })).toEqual({
					content,
					contentType: 'application/xml',
					contentTypeIsFixed: true,
				});
			}),
		);
	});

	it.each([
		[7, '7'],
		[{ a: 1 }, '{"a":1}'],
	])('turns the value of an expression into text: %j', (value, content) => {
		expect(body({ ...raw, body: value })?.content).toBe(content);
	});

	it.each(['', undefined])('keeps its type where it is empty: %j', (value) => {
		const { content, contentType } = body({ ...raw, body: value }) ?? {};
		expect([content, contentType]).toEqual(['', raw.rawContentType]);
	});
});

describe('what the credential adds', () => {
	const added = { token: 't' };

	it('joins the fields of the item', () => {
		expect(body(fields(['a', 1]), added)?.content).toBe('{"a":1,"token":"t"}');
		expect(body({ contentType: 'form-urlencoded', ...fields(['a', 1]) }, added)?.content).toBe(
			'a=1&token=t',
		);
	});

	it('cannot be replaced by a field of the item', () => {
		expect(body(fields(['token', 'mine']), added)?.content).toBe('{"token":"t"}');
	});

	it('is a JSON body by itself where the item has none', () => {
		const alone = body({ sendBody: false }, added);
		expect(alone).toMatchObject({ content: '{"token":"t"}', contentType: 'application/json' });
		expect(body({ sendBody: false }, {})).toBeUndefined();
		expect(body({ sendBody: false })).toBeUndefined();
	});

	it.each(['[1]', '"a"', '7', 'true', 'null'])(
		'needs an object to join, and not %s',
		(jsonBody) => {
			expect(() => body({ specifyBody: 'json', jsonBody }, added)).toThrow(
				'"JSON Body" must be a JSON object, because the credential adds fields to it',
			);
		},
	);

	it('cannot join raw text', () => {
		expect(() => body({ contentType: 'raw', body: 'x' }, added)).toThrow(
			/^"Body Content Type" cannot be Raw/,
		);
	});
});

describe('a file as the body', () => {
	const content = Buffer.from('PNG');
	const binary = (given: Partial<ItemFile>, added?: Record<string, unknown>) =>
		readBody({
			parameters: parametersOf({
				...{ sendBody: true, contentType: 'binaryData', inputDataFieldName: 'data' },
			}),
			fileOf: filesOf({ data: { fileName: 'a.png', mimeType: 'image/png', content, ...given } }),
			...{ typeVersion: 4.5, credentialFields: added, pageFields: undefined },
		});

	it.each([
		['image/png', 'image/png'],
		[undefined, 'application/octet-stream'],
	])('has its own type, which a header of the item may replace: %s', (mimeType, contentType) => {
		expect(binary({ mimeType })).toMatchObject({
			...{ content, contentType, contentTypeIsFixed: false },
			parts: [{ value: { mimeType } }],
		});
	});

	it('cannot be joined by fields of a credential', () => {
		expect(() => binary({}, { token: 't' })).toThrow(
			'"Body Content Type" cannot be n8n Binary File, because the credential adds fields',
		);
	});
});

describe('a parameter that pagination sets', () => {
	const paged = (values: Record<string, unknown>, pageFields: Record<string, unknown>) =>
		readBody({
			...{ parameters: parametersOf(values), fileOf: filesOf(), typeVersion: 4.5 },
			...{ credentialFields: undefined, pageFields },
		})?.content;

	it.each([
		[{}, '{"page":2}'],
		[
			{ sendBody: true, specifyBody: 'json', jsonBody: '{"page":1,"a":{"b":1}}' },
			'{"page":2,"a":{"b":1}}',
		],
		[{ sendBody: true, ...fields(['page', 1], ['a', 1]) }, '{"page":2,"a":1}'],
		[
			{ sendBody: true, contentType: 'form-urlencoded', ...fields(['page', 1], ['a', 1]) },
			'page=2&a=1',
		],
		[
			{
				...{ sendBody: true, contentType: 'form-urlencoded', specifyBody: 'string' },
				body: 'page=1&a=1',
			},
			'a=1&page=2',
		],
	])('is set in %j', (values, expected) => {
		expect(paged(values, { page: 2 })).toBe(expected);
	});

	it('does not change the value that an expression gives', () => {
		const jsonBody = { filter: { page: 1 } };
		const values = { sendBody: true, specifyBody: 'json', jsonBody };
		expect(paged(values, { filter: { page: 2 } })).toBe('{"filter":{"page":2}}');
		expect(jsonBody).toEqual({ filter: { page: 1 } });
	});

	it('cannot be set in a text', () => {
		expect(() => paged({ sendBody: true, contentType: 'raw', body: 'a' }, { page: 2 })).toThrow(
			'"Body Content Type" cannot be Raw, because Pagination sets a parameter of the body',
		);
	});
});

it.each(['other', 'constructor', 'toString'])(
	'refuses a content type that it does not know: %s',
	(contentType) => {
		expect(() => body({ contentType, ...fields(['a', 1]) })).toThrow(
			`"Body Content Type" cannot be "${contentType}"`,
		);
	},
);
