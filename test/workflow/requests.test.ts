import type { INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import type { ReceivedRequest } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { sendItems } from '../support/workflow/sendItems.ts';
import type { SendOptions } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

afterAll(async () => {
	await server.close();
});

/** What the server received for these parameters, in the order of the items. */
async function receive(
	parameters: INodeParameters,
	options: SendOptions = {},
): Promise<ReceivedRequest[]> {
	server.reset();
	const url = `${server.origin}/echo`;
	const { error } = await sendItems({ url, maxConcurrency: 1, ...parameters }, options);
	expect(error).toBeUndefined();
	return [...server.requests];
}

async function receiveOne(parameters: INodeParameters, options: SendOptions = {}) {
	const [request] = await receive(parameters, options);
	return request!;
}

/** A list of fields, as the panel stores it. */
const fields = (...pairs: Array<[name: string, value: unknown]>): INodeParameters => ({
	parameters: pairs.map(([name, value]) => ({ name, value })) as INodeParameters[],
});

describe('method and URL', () => {
	it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])('%s', async (method) => {
		expect((await receiveOne({ method })).method).toBe(method);
	});

	it('trims the URL and leaves out its fragment', async () => {
		const url = `  ${server.origin}/echo?a=b#part \n`;
		expect((await receiveOne({ url })).url).toBe('/echo?a=b');
	});

	it('encodes what a URL cannot hold', async () => {
		const url = `${server.origin}/echo?q=ä b`;
		expect((await receiveOne({ url })).url).toBe('/echo?q=%C3%A4%20b');
	});

	it('evaluates them per item', async () => {
		const parameters = {
			method: '={{ $json.id ? "PUT" : "POST" }}',
			url: `=${server.origin}/echo?id={{ $json.id }}&at={{ $itemIndex }}`,
		};
		const requests = await receive(parameters, { items: numbered(2) });
		expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
			'POST /echo?id=0&at=0',
			'PUT /echo?id=1&at=1',
		]);
	});
});

describe('query parameters', () => {
	const byFields = (...pairs: Array<[string, unknown]>): INodeParameters => ({
		sendQuery: true,
		queryParameters: fields(...pairs),
	});
	const byJson = (jsonQuery: string): INodeParameters => ({
		...{ sendQuery: true, specifyQuery: 'json', jsonQuery },
	});

	it.each([
		['fields', byFields(['a', '1'], ['b', 'x y&z']), '/echo?a=1&b=x%20y%26z'],
		['JSON', byJson('{"a":1,"b":"ü","c":true}'), '/echo?a=1&b=%C3%BC&c=true'],
		['nothing, when switched off', { ...byFields(['a', '1']), sendQuery: false }, '/echo'],
	])('from %s', async (_name, parameters, expected) => {
		expect((await receiveOne(parameters)).url).toBe(expected);
	});

	it('are added to those of the URL', async () => {
		const url = `${server.origin}/echo?a=1`;
		expect((await receiveOne({ url, ...byFields(['b', '2']) })).url).toBe('/echo?a=1&b=2');
	});

	it.each([
		['brackets', 'id[]=1&id[]=2'],
		['indices', 'id[0]=1&id[1]=2'],
		['repeat', 'id=1&id=2'],
	])('lists in the format %s', async (queryParameterArrays, expected) => {
		const options = { queryParameterArrays };
		const repeated = await receiveOne({ ...byFields(['id', '1'], ['id', '2']), options });
		expect(decodeURIComponent(repeated.url)).toBe(`/echo?${expected}`);
		const json = await receiveOne({ ...byJson('{"id":[1,2]}'), options });
		expect(decodeURIComponent(json.url)).toBe(`/echo?${expected}`);
	});

	it('are evaluated per item', async () => {
		const requests = await receive(byFields(['id', '={{ $json.id }}']), { items: numbered(2) });
		expect(requests.map(({ url }) => url)).toEqual(['/echo?id=0', '/echo?id=1']);
	});
});

describe('headers', () => {
	const byFields = (...pairs: Array<[string, unknown]>): INodeParameters => ({
		sendHeaders: true,
		headerParameters: fields(...pairs),
	});

	it('from fields', async () => {
		const { headers } = await receiveOne(byFields(['X-A', '1'], ['accept', 'text/csv']));
		expect(headers).toMatchObject({ 'x-a': '1', accept: 'text/csv' });
	});

	it('from JSON', async () => {
		const jsonHeaders = '{"X-A":"1","X-B":2}';
		const { headers } = await receiveOne({
			sendHeaders: true,
			specifyHeaders: 'json',
			jsonHeaders,
		});
		expect(headers).toMatchObject({ 'x-a': '1', 'x-b': '2' });
	});

	it('in lower case, or as written', async () => {
		const lower = await receiveOne(byFields(['X-Mixed-Case', '1']));
		expect(lower.rawHeaders).toContain('x-mixed-case');
		const options = { lowercaseHeaders: false };
		const written = await receiveOne({ ...byFields(['X-Mixed-Case', '1']), options });
		expect(written.rawHeaders).toContain('X-Mixed-Case');
	});

	it('are evaluated per item', async () => {
		const requests = await receive(byFields(['x-id', '={{ $json.id }}']), { items: numbered(3) });
		expect(requests.map(({ headers }) => headers['x-id'])).toEqual(['0', '1', '2']);
	});

	it('say how the body may be compressed, and which client it is', async () => {
		const { headers } = await receiveOne({});
		expect(headers['accept-encoding']).toMatch(/gzip.*br/);
		expect(headers['user-agent']).toBe('n8n');
	});

	it('that belong to the connection are not taken from the user', async () => {
		const { headers } = await receiveOne(
			byFields(['Connection', 'close'], ['Transfer-Encoding', 'chunked'], ['Content-Length', '7']),
		);
		expect(headers.connection).toBe('keep-alive');
		expect(headers).not.toHaveProperty('transfer-encoding');
		expect(headers).not.toHaveProperty('content-length', '7');
	});
});

describe('the body', () => {
	const post = (parameters: INodeParameters): INodeParameters => ({
		...{ method: 'POST', sendBody: true },
		...parameters,
	});
	const sent = ({ headers, body }: ReceivedRequest) => ({
		type: headers['content-type'],
		body: body.toString(),
	});

	it('JSON from fields', async () => {
		const parameters = { bodyParameters: fields(['name', 'Ada'], ['age', '={{ 36 }}']) };
		const request = await receiveOne(post(parameters));
		expect(sent(request)).toEqual({ type: 'application/json', body: '{"name":"Ada","age":36}' });
		expect(request.headers['content-length']).toBe('23');
	});

	it.each([
		['text', '{ "a": [1, {"b": null}] }', '{"a":[1,{"b":null}]}'],
		['an expression within', '={ "id": {{ $json.id }} }', '{"id":0}'],
		[
			'an expression that gives an object',
			'={{ { id: $json.id, deep: { a: [1] } } }}',
			'{"id":0,"deep":{"a":[1]}}',
		],
		['a list', '[1,2]', '[1,2]'],
	])('raw JSON: %s', async (_name, jsonBody, expected) => {
		const request = await receiveOne(post({ specifyBody: 'json', jsonBody }), {
			items: numbered(1),
		});
		expect(sent(request)).toEqual({ type: 'application/json', body: expected });
	});

	it('a form from fields', async () => {
		const bodyParameters = fields(['a', '1 2'], ['b', 'ü&=']);
		const request = await receiveOne(post({ contentType: 'form-urlencoded', bodyParameters }));
		expect(sent(request).type).toMatch(/^application\/x-www-form-urlencoded/);
		expect([...new URLSearchParams(sent(request).body)]).toEqual([
			['a', '1 2'],
			['b', 'ü&='],
		]);
	});

	it('a form from text', async () => {
		const parameters = {
			contentType: 'form-urlencoded',
			specifyBody: 'string',
			body: 'a=1&b=x%20y',
		};
		const request = await receiveOne(post(parameters));
		expect([...new URLSearchParams(sent(request).body)]).toEqual([
			['a', '1'],
			['b', 'x y'],
		]);
	});

	it('raw text with its type', async () => {
		const body = '<a>ü</a>';
		const request = await receiveOne(
			post({ contentType: 'raw', rawContentType: 'application/xml', body }),
		);
		expect(sent(request)).toEqual({ type: 'application/xml', body });
	});

	it("yields to the user's own content type", async () => {
		const request = await receiveOne(
			post({
				...{ specifyBody: 'json', jsonBody: '{}', sendHeaders: true },
				headerParameters: fields(['Content-Type', 'application/vnd.api+json']),
			}),
		);
		expect(sent(request)).toEqual({ type: 'application/vnd.api+json', body: '{}' });
	});

	it('is not sent when switched off', async () => {
		const request = await receiveOne(
			post({ sendBody: false, specifyBody: 'json', jsonBody: '{"a":1}' }),
		);
		expect(request.body).toHaveLength(0);
	});

	it('is evaluated per item', async () => {
		const bodyParameters = fields(['id', '={{ $json.id }}']);
		const requests = await receive(post({ bodyParameters }), { items: numbered(3) });
		expect(requests.map(({ body }) => body.toString())).toEqual([
			'{"id":0}',
			'{"id":1}',
			'{"id":2}',
		]);
	});
});
