import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
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

/** Sends with one credential, and gives what the server received. */
async function receive(
	type: string,
	credential: ICredentialDataDecryptedObject,
	parameters: INodeParameters = {},
	options: SendOptions = {},
) {
	server.reset();
	const authentication: INodeParameters =
		type === 'concurrentHttpApi'
			? { authentication: type }
			: { authentication: 'genericCredentialType', genericAuthType: type };
	const { error } = await sendItems(
		{ url: `${server.origin}/echo`, maxConcurrency: 1, ...authentication, ...parameters },
		{ credentials: { [type]: credential }, ...options },
	);
	return { error, requests: [...server.requests] };
}

describe('generic credentials', () => {
	it('Basic, in UTF-8', async () => {
		const { requests } = await receive('httpBasicAuth', { user: 'ada', password: 'pä:ss' });
		const token = Buffer.from('ada:pä:ss').toString('base64');
		expect(requests[0]?.headers.authorization).toBe(`Basic ${token}`);
	});

	it('Bearer', async () => {
		const { requests } = await receive('httpBearerAuth', { token: 'abc' });
		expect(requests[0]?.headers.authorization).toBe('Bearer abc');
	});

	it('Header', async () => {
		const { requests } = await receive('httpHeaderAuth', { name: 'X-API-Key', value: 'abc' });
		expect(requests[0]?.headers['x-api-key']).toBe('abc');
	});

	it('Query', async () => {
		const url = `${server.origin}/echo?a=1`;
		const { requests } = await receive('httpQueryAuth', { name: 'key', value: 'a b' }, { url });
		expect(requests[0]?.url).toBe('/echo?a=1&key=a%20b');
	});

	it('Custom: headers, query and body', async () => {
		const json = JSON.stringify({
			...{ headers: { 'X-Key': 'h' }, qs: { key: 'q' }, body: { token: 'b' } },
		});
		const parameters: INodeParameters = {
			...{ method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{"a":1}' },
		};
		const { requests } = await receive('httpCustomAuth', { json }, parameters);
		expect(requests[0]?.headers['x-key']).toBe('h');
		expect(requests[0]?.url).toBe('/echo?key=q');
		expect(JSON.parse(requests[0]!.body.toString())).toEqual({ a: 1, token: 'b' });
	});

	it('whose fields are expressions are resolved per item', async () => {
		const credential = { token: '={{ "token-" + $json.id }}' };
		const { requests } = await receive('httpBearerAuth', credential, {}, { items: numbered(2) });
		const sent = requests.map(({ headers }) => headers.authorization);
		expect(sent).toEqual(['Bearer token-0', 'Bearer token-1']);
	});

	it('are not sent where Authentication is None', async () => {
		const { requests } = await receive(
			'httpBearerAuth',
			{ token: 'abc' },
			{ authentication: 'none' },
		);
		expect(requests[0]?.headers).not.toHaveProperty('authorization');
	});

	it.each([
		['httpHeaderAuth', { name: 'X Key', value: 'h1dd3n' }],
		['httpHeaderAuth', { name: 'Bearer h1dd3n', value: 'Authorization' }],
		['httpHeaderAuth', { name: 'X-Key', value: 'h1d\nd3n' }],
		['httpBearerAuth', { token: 'h1d\r\nd3n: x' }],
		['httpCustomAuth', { json: '{"headers": h1dd3n}' }],
	])('that HTTP does not allow are refused without being shown: %s', async (type, credential) => {
		const { error, requests } = await receive(type, credential);
		expect(error).toBeDefined();
		expect(JSON.stringify([error?.message, error?.description])).not.toMatch(/h1d|d3n/);
		expect(requests).toEqual([]);
	});
});

describe('the concurrentHttpApi credential', () => {
	const api = (more: ICredentialDataDecryptedObject) => ({
		...{ baseUrl: `${server.origin}/echo/`, ...more },
	});

	it('sends a path below its base URL', async () => {
		server.route('/echo/users/7', (_request, response) => response.end());
		const { requests, error } = await receive('concurrentHttpApi', api({ authType: 'none' }), {
			url: '=/users/{{ 7 }}?a=1',
		});
		expect(error).toBeUndefined();
		expect(requests[0]?.url).toBe('/echo/users/7?a=1');
	});

	it.each([
		['basic', { user: 'ada', password: 'x' }, { authorization: `Basic ${btoa('ada:x')}` }],
		['bearer', { token: ' abc\n' }, { authorization: 'Bearer abc' }],
		['header', { headerName: 'X-Key', headerValue: 'abc' }, { 'x-key': 'abc' }],
		['custom', { json: '{"headers":{"X-Key":"abc"}}' }, { 'x-key': 'abc' }],
	])('authenticates by %s', async (authType, fields, expected) => {
		const url = `${server.origin}/echo`;
		const credential = { baseUrl: url, authType, ...fields };
		const { requests, error } = await receive('concurrentHttpApi', credential, { url });
		expect(error).toBeUndefined();
		expect(requests[0]?.headers).toMatchObject(expected);
	});

	it('authenticates by query', async () => {
		const credential = api({ authType: 'query', queryName: 'key', queryValue: 'a&b' });
		const { requests } = await receive('concurrentHttpApi', credential, { url: '?a=1' });
		const { searchParams } = new URL(requests[0]!.url, server.origin);
		expect([...searchParams]).toEqual([
			['a', '1'],
			['key', 'a&b'],
		]);
	});

	it('adds fields to the body', async () => {
		const credential = api({ authType: 'custom', json: '{"body":{"token":"t"}}' });
		const { requests } = await receive('concurrentHttpApi', credential, {
			...{ method: 'POST', url: '/', sendBody: true, specifyBody: 'json', jsonBody: '{"a":1}' },
		});
		expect(JSON.parse(requests[0]!.body.toString())).toEqual({ a: 1, token: 't' });
	});

	it.each([
		['an empty token', { authType: 'bearer', token: '  ' }],
		['JSON that is none', { authType: 'custom', json: '{"headers": h1dd3n}' }],
		['no base URL', { authType: 'none', baseUrl: '' }],
		['a base URL that is none', { authType: 'none', baseUrl: 'hello' }],
	])('with %s is refused', async (_name, fields) => {
		const { requests, error } = await receive('concurrentHttpApi', api(fields), { url: '/a' });
		expect(error?.message).toMatch(/Token|JSON|Base URL/);
		expect(JSON.stringify([error?.message, error?.description])).not.toContain('h1dd3n');
		expect(requests).toEqual([]);
	});

	it.each(['//OTHER/echo', '/../../etc', '\\\\OTHER/echo', '/\\OTHER', '//OTHER\\@HOST/'])(
		'stays on the host of its base URL: %s',
		async (form) => {
			const other = await TestServer.start();
			const url = form
				.replace('OTHER', new URL(other.origin).host)
				.replace('HOST', new URL(server.origin).host);
			const { requests } = await receive('concurrentHttpApi', api({ authType: 'none' }), { url });
			await other.close();
			// Refused or sent to the base URL's own host, never elsewhere.
			for (const { headers } of requests) expect(headers.host).toBe(new URL(server.origin).host);
			expect(other.connections).toBe(0);
		},
	);

	it('refuses another origin', async () => {
		const other = await TestServer.start();
		const { error, requests } = await receive('concurrentHttpApi', api({ authType: 'none' }), {
			url: `${other.origin}/echo`,
		});
		expect(error?.message).toMatch(/URL/);
		expect([...requests, ...other.requests]).toEqual([]);
		await other.close();
	});
});
