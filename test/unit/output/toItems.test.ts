import fc from 'fast-check';
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import type { ResponseOptions } from '../../../nodes/ConcurrentHttpRequest/response/responseOptions.ts';
import { readOutputOptions } from '../../../nodes/ConcurrentHttpRequest/parameters/output.ts';
import { parametersOf } from '../parameters/parametersOf.ts';
import { toItems } from '../../../nodes/ConcurrentHttpRequest/output/toItems.ts';
import type { HttpResponse } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';
import { textHelpers } from '../response/textHelpers.ts';

const FILE = { data: 'file', mimeType: 'image/png', fileName: 'a.png' } as IBinaryData;

const helpers = { ...textHelpers, prepareBinaryData: async () => await Promise.resolve(FILE) };

interface Given {
	body?: string;
	type?: string;
	options?: Partial<ResponseOptions>;
	item?: INodeExecutionData;
	/** As which the body has been stored. */
	file?: IBinaryData;
}

async function itemsOf({ body = '', type, options, item = { json: { id: 7 } }, file }: Given) {
	const response: HttpResponse<IBinaryData> = {
		statusCode: 200,
		statusMessage: 'OK',
		headers: type === undefined ? {} : { 'content-type': type },
		body: Buffer.from(body),
		url: new URL('http://x.test/a.png'),
		...(file && { stored: file }),
	};
	const all: ResponseOptions = {
		format: 'autodetect',
		fullResponse: false,
		neverError: false,
		outputPropertyName: 'data',
		...options,
	};
	const own = { details: undefined, showUrl: ({ href }: URL) => href };
	const arrangement = { ...readOutputOptions(parametersOf({})), ...own };
	return await toItems(response, all, { itemIndex: 5, item }, helpers, arrangement);
}

const json = (body: string, options?: Partial<ResponseOptions>) =>
	itemsOf({ body, type: 'application/json', ...(options && { options }) });

it('pairs every output item with its input item', async () => {
	for (const given of [
		{ body: 'x' },
		{ body: '[1,2]', type: 'application/json' },
		{ file: FILE },
		{ body: 'x', options: { fullResponse: true } },
	]) {
		for (const { pairedItem } of await itemsOf(given)) expect(pairedItem).toEqual({ item: 5 });
	}
});

describe('JSON', () => {
	it.each([
		['{"a":1}', [{ a: 1 }]],
		['[{"a":1},{"b":2}]', [{ a: 1 }, { b: 2 }]],
		['[]', []],
		['[[1,2],3,"x",null,true]', [{ data: [1, 2] }, { data: 3 }, { data: 'x' }, {}, { data: true }]],
		['7', [{ data: 7 }]],
		['"x"', [{ data: 'x' }]],
		['false', [{ data: false }]],
		['null', [{}]],
		['', [{}]],
	])('%s', async (body, expected) => {
		expect((await json(body)).map((item) => item.json)).toEqual(expected);
	});

	it('gives one item for each entry of a list, in order, each with an object', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.jsonValue()), async (list) => {
				const items = await json(JSON.stringify(list));
				expect(items).toHaveLength(list.length);
				for (const item of items) {
					expect(item.json).toBeInstanceOf(Object);
					expect(Array.isArray(item.json)).toBe(false);
				}
			}),
		);
	});

	it('is one item with headers and status', async () => {
		const items = await json('[1,2]', { fullResponse: true });
		expect(items.map((item) => item.json)).toEqual([
			{
				body: [1, 2],
				headers: { 'content-type': 'application/json' },
				statusCode: 200,
				statusMessage: 'OK',
			},
		]);
	});
});

describe('text', () => {
	const options = { outputPropertyName: 'html' };

	it('becomes a field', async () => {
		const [item] = await itemsOf({ body: '<p>', type: 'text/html', options });
		expect(item?.json).toEqual({ html: '<p>' });
	});

	it('leaves the field out if it is empty', async () => {
		const [item] = await itemsOf({ options });
		expect(JSON.parse(JSON.stringify(item?.json))).toEqual({});
	});

	it('is not read as JSON if the user chose text', async () => {
		const [item] = await itemsOf({
			body: '{"a":1}',
			type: 'application/json',
			options: { format: 'text' },
		});
		expect(item?.json).toEqual({ data: '{"a":1}' });
	});
});

describe('a file', () => {
	const old = { data: 'old', mimeType: 'a/b' } as IBinaryData;
	const item: INodeExecutionData = { json: { id: 7 }, binary: { old, data: old } };

	it('is added to the fields and binaries of the input item, which stay as they are', async () => {
		const [output] = await itemsOf({ file: FILE, item });
		expect(output?.json).toEqual({ id: 7 });
		expect(output?.binary).toEqual({ old, data: FILE });
		expect(item.binary).toEqual({ old, data: old });
	});

	it('is stored now if its status kept it from being stored while it arrived', async () => {
		const [output] = await itemsOf({ body: 'gone', type: 'image/png', item });
		expect(output?.binary).toEqual({ old, data: FILE });
	});

	it('has headers and status as fields', async () => {
		const [output] = await itemsOf({
			type: 'image/png',
			file: FILE,
			item,
			options: { fullResponse: true },
		});
		expect(output?.json).toEqual({
			headers: { 'content-type': 'image/png' },
			statusCode: 200,
			statusMessage: 'OK',
		});
	});
});
