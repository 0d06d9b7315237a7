import type { INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

afterAll(async () => {
	await server.close();
});

/** Parameters that send to a path of the server, with these settings of the option Response. */
function get(path: string, response?: INodeParameters): INodeParameters {
	const options: INodeParameters = response ? { response: { response } } : {};
	return { url: server.origin + path, options };
}

const query = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();

describe('a response that names its type', () => {
	it.each([
		['JSON object', '/json?body={"a":1}', [{ a: 1 }]],
		['JSON list', '/json?body=[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
		['empty JSON list', '/json?body=[]', []],
		[
			'JSON with a type of its own',
			'/json?body={"a":1}&type=application/json;charset=utf-8',
			[{ a: 1 }],
		],
		['text', '/text?body=hello', [{ data: 'hello' }]],
		['HTML', '/text?body=<p>hi</p>&type=text/html', [{ data: '<p>hi</p>' }]],
		['JSON under the name of text', '/text?body={"a":1}', [{ data: '{"a":1}' }]],
		['empty body with the type of JSON', '/empty?type=application/json', [{}]],
		['blank body with the type of JSON', '/json?body=%20%0A', [{}]],
		['compressed by gzip', '/compressed?encoding=gzip', [{ encoding: 'gzip' }]],
		['compressed by deflate', '/compressed?encoding=deflate', [{ encoding: 'deflate' }]],
		['compressed by Brotli', '/compressed?encoding=br', [{ encoding: 'br' }]],
		['chunked', '/stream?chunks=3&ms=1', [{ data: 'chunk 1\nchunk 2\nchunk 3\n' }]],
	])('%s', async (_name, path, expected) => {
		const { items, error } = await sendItems(get(path));
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(expected);
	});

	it('is empty if it has neither type nor body', async () => {
		const { items } = await sendItems(get('/status?code=204'));
		expect(items).toHaveLength(1);
		expect(JSON.stringify(items[0]?.json)).toBe('{}');
	});

	it('fails if its type is JSON and its body is not', async () => {
		const { items, error } = await sendItems(get('/json?body={"a":'));
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/JSON/);
	});
});

describe('a response format chosen by the user', () => {
	it.each([
		['json', '/text?body={"a":1}', {}, [{ a: 1 }]],
		['json', '/text?body=[{"a":1},{"a":2}]', {}, [{ a: 1 }, { a: 2 }]],
		['json', '/empty', {}, [{}]],
		['text', '/json?body={"a":1}', {}, [{ data: '{"a":1}' }]],
		['text', '/json?body={"a":1}', { outputPropertyName: 'raw' }, [{ raw: '{"a":1}' }]],
	])('%s of %s %j', async (responseFormat, path, more, expected) => {
		const { items, error } = await sendItems(get(path, { responseFormat, ...more }));
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(expected);
	});

	it('fails if the user chose JSON and the body is not JSON', async () => {
		const { error } = await sendItems(get('/text?body=hello', { responseFormat: 'json' }));
		expect(error?.message).toMatch(/not valid JSON/);
	});
});

describe('with headers and status', () => {
	it('outputs both beside the body, with header names in lower case', async () => {
		const path =
			'/json?body={"a":1}&header=X-Trace:Abc&header=Set-Cookie:a=1&header=Set-Cookie:b=2';
		const { items } = await sendItems(get(path, { fullResponse: true }));
		expect(jsonOf(items)).toEqual([
			{
				body: { a: 1 },
				headers: expect.objectContaining({
					'content-type': 'application/json',
					'x-trace': 'Abc',
					'set-cookie': ['a=1', 'b=2'],
				}) as unknown,
				statusCode: 200,
				statusMessage: 'OK',
			},
		]);
	});

	it('keeps a list in one item', async () => {
		const { items } = await sendItems(get('/items?count=2', { fullResponse: true }));
		expect(items).toHaveLength(1);
		expect(items[0]?.json.body).toEqual([{ id: 0 }, { id: 1 }]);
	});

	it('puts text into the field for text', async () => {
		const { items } = await sendItems(get('/text?body=hi', { fullResponse: true }));
		expect(items[0]?.json).toMatchObject({ data: 'hi', statusCode: 200 });
		expect(items[0]?.json).not.toHaveProperty('body');
	});
});

describe('Never Error', () => {
	it('treats every status as a result', async () => {
		const path = `/status?${query({ code: '404', body: '{"message":"gone"}', type: 'application/json' })}`;
		const { items, error } = await sendItems(get(path, { neverError: true }));
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual([{ message: 'gone' }]);
	});

	it('outputs the status with it', async () => {
		const response = { neverError: true, fullResponse: true };
		const { items } = await sendItems(get('/status?code=503&body=busy', response));
		expect(items[0]?.json).toMatchObject({
			data: 'busy',
			statusCode: 503,
			statusMessage: 'Service Unavailable',
		});
	});

	it('still fails without a response', async () => {
		const { error, items } = await sendItems(get('/reset', { neverError: true }));
		expect(items).toEqual([]);
		expect(error).toBeDefined();
	});
});

describe('the character set', () => {
	// "Größe" in each of them.
	it.each([
		['text/plain; charset=utf-8', '4772c3b6c39f65'],
		['text/plain; charset=iso-8859-1', '4772f6df65'],
		['text/plain; charset=windows-1252', '4772f6df65'],
		['text/plain; charset=utf-16le', '47007200f600df006500'],
	])('comes from the header: %s', async (type, hex) => {
		const path = `/bytes?${query({ hex, type })}`;
		const { items } = await sendItems(get(path));
		expect(items[0]?.json.data).toBe('Größe');
	});

	it('applies to JSON', async () => {
		const hex = Buffer.from('{"word":"Größe"}', 'latin1').toString('hex');
		const path = `/bytes?${query({ hex, type: 'application/json; charset=iso-8859-1' })}`;
		const { items } = await sendItems(get(path));
		expect(jsonOf(items)).toEqual([{ word: 'Größe' }]);
	});

	it('is detected if the header does not name it', async () => {
		const text = 'Übergrößenträger müssen früher über Brücken schwärmen. '.repeat(10);
		const hex = Buffer.from(text, 'latin1').toString('hex');
		server.route('/latin1', (_request, response) => {
			response.setHeader('content-type', 'text/plain').end(Buffer.from(hex, 'hex'));
		});
		const { items } = await sendItems(get('/latin1'));
		expect(items[0]?.json.data).toBe(text);
	});
});

describe('the order of results', () => {
	it('is that of the items, although responses arrive in reverse', async () => {
		const waiting: Array<() => void> = [];
		server.route('/backwards', ({ url }, response) => {
			const id = Number(new URL(url, server.origin).searchParams.get('id'));
			waiting[id] = () =>
				response
					.setHeader('content-type', 'application/json')
					.end(JSON.stringify([{ id }, { id }]));
			if (waiting.filter(Boolean).length === 10) answerNext();
		});
		const answerNext = () => {
			waiting.pop()?.();
			if (waiting.length > 0) setImmediate(answerNext);
		};
		const url = `=${server.origin}/backwards?id={{ $json.id }}`;
		const { items } = await sendItems({ url, maxConcurrency: 10 }, { items: numbered(10) });
		const expected = Array.from({ length: 20 }, (_, index) => Math.floor(index / 2));
		expect(jsonOf(items)).toEqual(expected.map((id) => ({ id })));
		expect(pairsOf(items)).toEqual(expected);
	});

	it('leaves out items whose response is an empty list', async () => {
		const url = `=${server.origin}/items?count={{ $json.id % 2 }}`;
		const { items } = await sendItems({ url }, { items: numbered(4) });
		expect(pairsOf(items)).toEqual([1, 3]);
	});
});
