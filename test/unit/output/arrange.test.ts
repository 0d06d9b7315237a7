import fc from 'fast-check';
import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { ResponseOptions } from '../../../nodes/ConcurrentHttpRequest/response/responseOptions.ts';
import { readOutputOptions } from '../../../nodes/ConcurrentHttpRequest/parameters/output.ts';
import { toItems } from '../../../nodes/ConcurrentHttpRequest/output/toItems.ts';
import type { HttpResponse } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';
import { parametersOf } from '../parameters/parametersOf.ts';
import { textHelpers } from '../response/textHelpers.ts';

const FILE = { data: 'file', mimeType: 'image/png' } as IBinaryData;
const OLD = { data: 'old', mimeType: 'a/b' } as IBinaryData;

const helpers = { ...textHelpers, prepareBinaryData: async () => await Promise.resolve(FILE) };

interface Given {
	/** JSON unless `type` is given. */
	body?: unknown;
	type?: string;
	options?: Partial<ResponseOptions>;
	item?: INodeExecutionData;
	details?: IDataObject;
}

const HEAD = {
	headers: { 'content-type': 'application/json' },
	statusCode: 200,
	statusMessage: 'OK',
};

/** The output for one response, with these settings of Output. */
async function arranged(output: IDataObject, given: Given = {}): Promise<INodeExecutionData[]> {
	const {
		body = {},
		type = 'application/json',
		options,
		item = { json: { id: 7 } },
		details,
	} = given;
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const response: HttpResponse<IBinaryData> = {
		...HEAD,
		headers: { 'content-type': type },
		body: Buffer.from(text),
		url: new URL('http://x.test/'),
	};
	const all: ResponseOptions = {
		format: 'autodetect',
		fullResponse: false,
		neverError: false,
		outputPropertyName: 'data',
		...options,
	};
	const showUrl = ({ href }: URL) => href;
	const arrangement = { ...readOutputOptions(parametersOf({ output })), details, showUrl };
	return await toItems(response, all, { itemIndex: 5, item }, helpers, arrangement);
}

const jsonOf = async (output: IDataObject, given?: Given) =>
	(await arranged(output, given)).map(({ json }) => json);

const inField = { putResponse: { putResponse: { in: 'field', field: 'company' } } };
const merged = (onEqualNames = 'response') => ({
	putResponse: { putResponse: { in: 'merge', onEqualNames } },
});
const itemsFrom = (path: string, more: IDataObject = {}) => ({
	itemsFrom: { itemsFrom: { path, ...more } },
});
const page = { data: { items: [{ id: 1 }, { id: 2 }], next: 'x' }, total: 9 };
const full = { fullResponse: true };

describe('in a field of the input item', () => {
	it.each<[string, unknown, unknown]>([
		['an object', { a: 1 }, { a: 1 }],
		['a list, as a whole', [{ a: 1 }, 2], [{ a: 1 }, 2]],
		['an empty list', [], []],
		['a number', 7, 7],
		['null', null, null],
	])('%s', async (_, body, company) => {
		expect(await jsonOf(inField, { body })).toEqual([{ id: 7, company }]);
	});

	it('is a text', async () => {
		const given = { body: '<p>', type: 'text/html' };
		expect(await jsonOf(inField, given)).toEqual([{ id: 7, company: '<p>' }]);
	});

	it('has headers and status, if these are wanted', async () => {
		const company = { body: [1], ...HEAD };
		expect(await jsonOf(inField, { body: [1], options: full })).toEqual([{ id: 7, company }]);
	});

	it('takes the place of a field of the same name', async () => {
		const item = { json: { id: 7, company: 'old' } };
		expect(await jsonOf(inField, { body: 1, item })).toEqual([{ id: 7, company: 1 }]);
	});

	it('may have any name', async () => {
		const output = { putResponse: { putResponse: { in: 'field', field: '__proto__' } } };
		const [json] = await jsonOf(output, { body: { a: 1 } });
		expect(JSON.stringify(json)).toBe('{"id":7,"__proto__":{"a":1}}');
	});
});

describe('merged into the input item', () => {
	const item = { json: { id: 7, name: 'row' } };

	it.each([
		['response', { id: 8, name: 'row', a: 1 }],
		['input', { id: 7, name: 'row', a: 1 }],
	])('on equal names takes the %s', async (onEqualNames, expected) => {
		const [json] = await jsonOf(merged(onEqualNames), { body: { a: 1, id: 8 }, item });
		expect(json).toEqual(expected);
		// A table shows the columns in this order.
		expect(Object.keys(json!)).toEqual(['id', 'name', 'a']);
	});

	it('gives an item for each entry of a list', async () => {
		const json = await jsonOf(merged(), { body: [{ a: 1 }, { a: 2 }, 3], item });
		expect(json).toEqual([
			{ ...item.json, a: 1 },
			{ ...item.json, a: 2 },
			{ ...item.json, data: 3 },
		]);
	});

	it.each([[[]], [null], ['']])('keeps the input item beside %j', async (body) => {
		expect(await jsonOf(merged(), { body, item })).toEqual([item.json]);
	});

	it('has a text under the name of its field', async () => {
		const given = { body: 'hi', type: 'text/plain', options: { outputPropertyName: 'html' }, item };
		expect(await jsonOf(merged(), given)).toEqual([{ ...item.json, html: 'hi' }]);
	});

	it('leaves a field of the input as it is where a text is empty', async () => {
		const given = { body: '', type: 'text/plain', item: { json: { data: 'old' } } };
		expect(await jsonOf(merged(), given)).toEqual([{ data: 'old' }]);
	});

	it('has the fields of both, each from the one that wins', async () => {
		const fields = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'c'), fc.jsonValue());
		await fc.assert(
			fc.asyncProperty(fields, fields, fc.boolean(), async (input, response, inputWins) => {
				// As it is behind a node that has read it from JSON.
				const json = JSON.parse(JSON.stringify(input)) as IDataObject;
				const before = JSON.stringify(json);
				const body = JSON.stringify(response);
				const [output] = await jsonOf(merged(inputWins ? 'input' : 'response'), {
					body,
					item: { json },
				});
				const [winner, other] = inputWins ? [input, response] : [response, input];
				const names = [...new Set([...Object.keys(input), ...Object.keys(response)])];
				expect(Object.keys(output!).sort()).toEqual(names.sort());
				for (const name of names) {
					const from = Object.hasOwn(winner, name) ? winner : other;
					const valueIn = (object: object) =>
						JSON.stringify(Object.getOwnPropertyDescriptor(object, name)?.value);
					expect(valueIn(output!)).toBe(valueIn(from));
				}
				expect(JSON.stringify(json)).toBe(before);
			}),
		);
	});
});

describe('files', () => {
	const item = { json: { id: 7 }, binary: { photo: OLD } };
	const image = { body: 'png', type: 'image/png', item };

	it.each([
		['in a field', inField],
		['merged', merged()],
	])('stay beside the response %s', async (_, output) => {
		expect(await arranged(output, { body: { a: 1 }, item })).toMatchObject([
			{ binary: { photo: OLD } },
		]);
		expect(await arranged(output, image)).toEqual([
			{ json: { id: 7 }, binary: { photo: OLD, data: FILE }, pairedItem: { item: 5 } },
		]);
	});

	it.each([
		['in a field', inField],
		['merged', merged('input')],
	])('of the same name are not lost where the response is put %s', async (_, output) => {
		const given = { ...image, options: { outputPropertyName: 'photo' } };
		await expect(arranged(output, given)).rejects.toThrow(
			'"Put Output in Field" is "photo", but the input item has a file of that name',
		);
	});

	it('have headers and status where these are wanted', async () => {
		const head = { ...HEAD, headers: { 'content-type': 'image/png' } };
		const given = { ...image, options: full };
		expect(await jsonOf(inField, given)).toEqual([{ id: 7, company: head }]);
		expect(await jsonOf(merged(), given)).toEqual([{ id: 7, ...head }]);
	});

	it('are those of the response alone without the input item, but for a file', async () => {
		const [output] = await arranged({ onlyFields: 'a' }, { body: { a: 1 }, item });
		expect(output).not.toHaveProperty('binary');
		const [file] = await arranged({ onlyFields: 'a' }, image);
		expect(file).toMatchObject({ json: { id: 7 }, binary: { photo: OLD, data: FILE } });
	});
});

describe('items from a list', () => {
	it.each<[string, IDataObject, unknown]>([
		['data.items', {}, [{ id: 1 }, { id: 2 }]],
		['data["items"]', {}, [{ id: 1 }, { id: 2 }]],
		['data', {}, [page.data]],
		['$json.data.items', {}, [{ id: 1 }, { id: 2 }]],
		['', {}, [page]],
		['data.items', { keep: 'total' }, [1, 2].map((id) => ({ total: 9, id }))],
		['data.items', { keep: 'data.next' }, [1, 2].map((id) => ({ data: { next: 'x' }, id }))],
	])('at %j %j', async (path, more, expected) => {
		expect(await jsonOf(itemsFrom(path, more), { body: page })).toEqual(expected);
	});

	it('come before what is kept on equal names', async () => {
		const body = { id: 'envelope', list: [{ id: 1 }, 'text'] };
		expect(await jsonOf(itemsFrom('list', { keep: 'id' }), { body })).toEqual([
			{ id: 1 },
			{ id: 'envelope', data: 'text' },
		]);
	});

	it.each<[string, unknown, IDataObject]>([
		['an empty list', { data: [] }, {}],
		['null', { data: null }, {}],
		['no body', '', {}],
		['no list, if that is all right', { other: 1 }, { ifMissing: 'nothing' }],
		['a number, if that is all right', { data: 1 }, { ifMissing: 'nothing' }],
	])('are none with %s', async (_, body, more) => {
		expect(await jsonOf(itemsFrom('data', more), { body })).toEqual([]);
	});

	it.each<[unknown, string, string]>([
		[{ items: [], total: 0 }, 'The response has no list at "data"', 'these fields: items, total.'],
		[{ data: 7 }, 'The response has no list at "data"', 'these fields: data.'],
		[{}, 'no list at "data"', 'The response has no fields.'],
		[[{ data: [] }], 'no list at "data"', 'itself a list: leave the path empty.'],
		[7, 'no list at "data"', 'The response is 7.'],
	])('are missing in %j', async (body, message, hint) => {
		const failure = await arranged(itemsFrom('data'), { body }).catch((error: unknown) => error);
		expect(failure).toMatchObject({
			message: expect.stringContaining(message) as string,
			hint: expect.stringContaining(hint) as string,
		});
	});

	it('are missing in a text, of which an error quotes the beginning', async () => {
		const failure = arranged(itemsFrom('data'), { body: JSON.stringify('x'.repeat(1000)) });
		await expect(failure).rejects.toMatchObject({
			hint: expect.stringMatching(/The response is "x{96}\.\.\.\.$/) as string,
		});
	});

	it.each([
		['text/plain', 'The response is text.'],
		['image/png', 'The response is a file.'],
	])('are missing in %s', async (type, hint) => {
		const failure = arranged(itemsFrom('data'), { body: 'x', type });
		await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining(hint) as string });
	});

	it('have headers and status each', async () => {
		expect(await jsonOf(itemsFrom('data.items'), { body: page, options: full })).toEqual([
			{ body: { id: 1 }, ...HEAD },
			{ body: { id: 2 }, ...HEAD },
		]);
	});

	it('go beside the input item each', async () => {
		const [a, b] = await jsonOf({ ...itemsFrom('data.items'), ...inField }, { body: page });
		expect([a, b]).toEqual([
			{ id: 7, company: { id: 1 } },
			{ id: 7, company: { id: 2 } },
		]);
		const output = { ...itemsFrom('data.items'), ...merged('input') };
		expect(await jsonOf(output, { body: page })).toEqual([{ id: 7 }, { id: 7 }]);
	});

	it('are all entries in order, each with an object, wherever the list is', async () => {
		const asFields = (entry: unknown) => {
			if (entry === null) return {};
			return typeof entry === 'object' && !Array.isArray(entry) ? entry : { data: entry };
		};
		const name = fc.string({ minLength: 1 }).filter((text) => !/["'\\]/.test(text));
		await fc.assert(
			fc.asyncProperty(fc.array(name), fc.array(fc.jsonValue()), async (path, list) => {
				const body = path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), list);
				const items = await jsonOf(itemsFrom(path.map((step) => `["${step}"]`).join('')), {
					body: JSON.stringify(body),
				});
				expect(items).toEqual((JSON.parse(JSON.stringify(list)) as unknown[]).map(asFields));
			}),
		);
	});
});

describe('only these fields', () => {
	const keeping = (onlyFields: string) => ({ onlyFields });

	it('are kept of an object and of each entry of a list', async () => {
		expect(await jsonOf(keeping('a'), { body: { a: 1, b: 2 } })).toEqual([{ a: 1 }]);
		const body = [{ a: 1, b: 2 }, { b: 2 }, 'x'];
		expect(await jsonOf(keeping('a'), { body })).toEqual([{ a: 1 }, {}, { data: 'x' }]);
	});

	it('are fields of the items, where these come from a list, beside what is kept', async () => {
		const output = { ...itemsFrom('data.items', { keep: 'total' }), ...keeping('name') };
		const body = { data: { items: [{ id: 1, name: 'a' }] }, total: 9 };
		expect(await jsonOf(output, { body })).toEqual([{ name: 'a', total: 9 }]);
	});

	it('are fields of the body beside headers and status, and of the response in a field', async () => {
		const given = { body: { a: 1, b: 2 }, options: full };
		expect(await jsonOf(keeping('a'), given)).toEqual([{ body: { a: 1 }, ...HEAD }]);
		const output = { ...keeping('a'), ...inField };
		expect(await jsonOf(output, { body: [{ a: 1, b: 2 }] })).toEqual([
			{ id: 7, company: [{ a: 1 }] },
		]);
	});

	it('do not concern text', async () => {
		expect(await jsonOf(keeping('a'), { body: 'b', type: 'text/plain' })).toEqual([{ data: 'b' }]);
	});
});

describe('request details', () => {
	const details = { status: 200, tries: 1 };
	const output = { requestDetails: { requestDetails: { field: 'http' } } };

	it.each<[string, IDataObject, unknown]>([
		[
			'each entry of a list',
			{},
			[
				{ a: 1, http: details },
				{ data: 2, http: details },
			],
		],
		['the input item', inField, [{ id: 7, company: [{ a: 1 }, 2], http: details }]],
	])('are a field of %s', async (_, more, expected) => {
		const given = { body: [{ a: 1 }, 2], details };
		expect(await jsonOf({ ...output, ...more }, given)).toEqual(expected);
	});

	it('are a field of an item with a file, whose input item stays as it is', async () => {
		const item = { json: { id: 7 } };
		const [file] = await arranged(output, { body: 'x', type: 'image/png', item, details });
		expect(file?.json).toEqual({ id: 7, http: details });
		expect(item.json).toEqual({ id: 7 });
	});

	it('take the place of a field of the response', async () => {
		const given = { body: { http: 'mine' }, details };
		expect(await jsonOf(output, given)).toEqual([{ http: details }]);
	});
});

it('pairs every item with its input item', async () => {
	const output = { ...itemsFrom('data.items'), ...merged() };
	const items = await arranged(output, { body: page });
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 5 }, { item: 5 }]);
});
