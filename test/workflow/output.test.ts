/** The settings of Output, run by n8n's own engine. */
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { keepAsUsual, keepFor } from '../support/keptConnections.ts';
import { TestServer } from '../support/TestServer.ts';
import { BinaryStore } from '../support/workflow/BinaryStore.ts';
import { onEachEngine } from '../support/workflow/expressionEngine.ts';
import { ConcurrentHttpRequest } from '../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';
import { runWorkflow } from '../support/workflow/runWorkflow.ts';
import {
	jsonOf,
	NODE_TYPE,
	pairsOf,
	sendItems,
	type SendOptions,
} from '../support/workflow/sendItems.ts';

let server: TestServer;
let store: BinaryStore;

beforeAll(() => keepFor(0));

afterAll(keepAsUsual);

beforeAll(async () => {
	[server, store] = await Promise.all([TestServer.start(), BinaryStore.open()]);
	server.route('/page', ({ url }, response) => {
		const page = Number(new URL(url, server.origin).searchParams.get('page'));
		const items = [1, 2].map((n) => ({ id: page * 10 + n, large: 'x'.repeat(100) }));
		const body = { result: { items }, page, next: page < 3 ? page + 1 : null };
		response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
	});
});

beforeEach(() => server.reset());

afterAll(async () => {
	await Promise.all([store.close(), server.close()]);
});

interface Given extends SendOptions {
	options?: INodeParameters;
	parameters?: INodeParameters;
}

async function run(path: string, output: INodeParameters, given: Given = {}) {
	const { options = {}, parameters, ...more } = given;
	return await sendItems(
		{ url: server.origin + path, output, options, ...parameters },
		{ onError: 'continueErrorOutput', ...more },
	);
}

const inField = (field = 'response'): INodeParameters => ({
	putResponse: { putResponse: { in: 'field', field } },
});
const merge: INodeParameters = { putResponse: { putResponse: { in: 'merge' } } };
const details: INodeParameters = { requestDetails: { requestDetails: {} } };
const rows = [
	{ json: { id: 1, n: 'one' } },
	{ json: { id: 2, n: 'two' } },
] satisfies INodeExecutionData[];

onEachEngine(() => {
	it('reads settings with expressions for each item', async () => {
		const output = {
			...inField('=got {{ $json.n }}'),
			onlyFields: '={{ $json.id === 1 ? "a" : "b" }}',
		};
		const { items } = await run('/json?body={"a":1,"b":2}', output, { items: rows });
		expect(jsonOf(items)).toEqual([
			{ ...rows[0]?.json, 'got one': { a: 1 } },
			{ ...rows[1]?.json, 'got two': { b: 2 } },
		]);
	});
});

it('puts responses beside input items, in input order, without changing these', async () => {
	const path = '=/json?body={"v":{{ $json.id }}}';
	const { items } = await run('', merge, {
		parameters: { url: `=${server.origin}${path.slice(1)}` },
		items: rows,
	});
	expect(jsonOf(items)).toEqual(rows.map(({ json }) => ({ ...json, v: json.id })));
	expect(pairsOf(items)).toEqual([0, 1]);
	expect(Object.keys(rows[0]!.json)).toEqual(['id', 'n']);
});

it('does not put a response and its details into the same field', async () => {
	const { errors } = await run('/json?body={"a":1}', { ...inField('request'), ...details });
	expect(JSON.stringify(errors)).toContain('which is also that of Put Response In');
	expect(server.requests).toHaveLength(0);
});

describe('files', () => {
	const photo = { data: 'b2xk', mimeType: 'text/plain' };
	const items = [{ json: { id: 7 }, binary: { photo } }];

	it('stay beside that of the response', async () => {
		const { items: output } = await run('/binary', inField(), { items });
		expect(output).toMatchObject([
			{ json: { id: 7 }, binary: { photo, data: { mimeType: 'image/png' } } },
		]);
	});

	it('of the same name fail the item before it is sent, if that is known then', async () => {
		const response = { responseFormat: 'file', outputPropertyName: 'photo' };
		const options = { response: { response } };
		const { errors } = await run('/binary', inField(), { items, options });
		expect(JSON.stringify(errors)).toContain('the input item has a file of that name');
		expect(server.requests).toHaveLength(0);
		// As HTTP Request does it.
		const { items: output } = await run('/binary', {}, { items, options });
		expect(output).toMatchObject([{ binary: { photo: { mimeType: 'image/png' } } }]);
	});
});

describe('with pagination', () => {
	const pagination = {
		parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }] },
		...{ paginationCompleteWhen: 'other', completeExpression: '={{ !$response.body.next }}' },
	};
	const options = { pagination: { pagination } };

	it('each page gives the items of its list, and its own details', async () => {
		const output = {
			itemsFrom: { itemsFrom: { path: 'result.items', keep: 'page' } },
			onlyFields: 'id',
			...details,
		};
		const { items } = await run('/page', output, { options });
		expect(jsonOf(items)).toMatchObject(
			[11, 12, 21, 22, 31, 32].map((id) => {
				const page = Math.floor(id / 10);
				return { id, page, request: { url: expect.any(String) as string, status: 200, tries: 1 } };
			}),
		);
		expect(JSON.stringify(items)).not.toContain('large');
		expect(new Set(pairsOf(items))).toEqual(new Set([0]));
	});

	it('each page is put into a field', async () => {
		const { items } = await run('/page', inField('page'), { options, items: rows.slice(0, 1) });
		expect(items.map(({ json }) => (json.page as IDataObject).page)).toEqual([1, 2, 3]);
		expect(items.map(({ json }) => json.n)).toEqual(['one', 'one', 'one']);
	});

	it('a file has no list, though its body is not in memory', async () => {
		server.route('/file', (_, response) => {
			response.setHeader('content-type', 'application/octet-stream').end('bytes');
		});
		const output = { itemsFrom: { itemsFrom: { path: 'items' } } };
		const { items, errors } = await run('/file', output);
		expect(items).toEqual([]);
		expect(jsonOf(errors)).toEqual([
			{ error: expect.stringContaining('The response has no list at "items"') as string },
		]);
	});

	it.each([
		[404, 'the page after the last one needs no list'],
		[401, 'a page with an error status fails the item with that status'],
	])('%d: %s', async (status) => {
		server.route('/ends', ({ url }, response) => {
			const isOver = url.includes('page=3');
			response.writeHead(isOver ? status : 200, { 'content-type': 'application/json' });
			response.end(isOver ? '{"message":"no more pages"}' : '{"list":[{"id":1},{"id":2}]}');
		});
		const pages = {
			parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }] },
			...{ paginationCompleteWhen: 'receiveSpecificStatusCodes', statusCodesWhenComplete: '404' },
		};
		const output = { itemsFrom: { itemsFrom: { path: 'list' } } };
		const { items, errors } = await run('/ends', output, {
			options: { pagination: { pagination: pages } },
		});
		if (status === 404) expect(jsonOf(items)).toEqual([1, 2, 1, 2].map((id) => ({ id })));
		else expect(JSON.stringify(jsonOf(errors))).toMatch(/401.*no more pages/);
	});

	it('a page without the list fails the item, which has no output else', async () => {
		const output = { itemsFrom: { itemsFrom: { path: 'none' } } };
		const { items, errors } = await run('/page', output, { options });
		expect(items).toEqual([]);
		expect(jsonOf(errors)).toEqual([
			{ error: expect.stringContaining('The response has no list at "none"') as string },
		]);
	});
});

describe('request details', () => {
	const detailsIn = (json: IDataObject | undefined) =>
		((json?.error ?? json) as IDataObject).request as IDataObject;

	it('say what happened to a request', async () => {
		const { items } = await run('/text?body=hello', details);
		expect(detailsIn(items[0]?.json)).toEqual({
			method: 'GET',
			url: expect.stringContaining(`${server.origin}/text`) as string,
			status: 200,
			tries: 1,
			startedAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/) as string,
			waitingMs: expect.any(Number) as number,
			firstByteMs: expect.any(Number) as number,
			totalMs: expect.any(Number) as number,
			bytes: 5,
			httpVersion: '1.1',
			reusedConnection: false,
		});
	});

	it('say how often it was tried, and why', async () => {
		let refusals = 0;
		server.route('/busy', (_request, response) => {
			if (refusals++ < 2) response.writeHead(429, { 'retry-after': '0' }).end('no');
			else response.end('yes');
		});
		const { items } = await run('/busy', details);
		expect(detailsIn(items[0]?.json)).toMatchObject({
			...{ tries: 3, refusedWith: ['429', '429'], status: 200, reusedConnection: true },
		});
	});

	it('say where it was redirected to', async () => {
		const { items } = await run('/redirect?to=/text', details);
		expect(detailsIn(items[0]?.json)).toMatchObject({
			url: expect.stringContaining('/redirect') as string,
			finalUrl: `${server.origin}/text`,
		});
	});

	it.each([
		['a status', '/status?code=404&body=gone', { status: 404, bytes: 4, tries: 1 }],
		['no response', '/reset', { status: null, firstByteMs: null, httpVersion: null, tries: 1 }],
		['no JSON', '/json?body={', { status: 200, bytes: 1, tries: 1 }],
	])('are within the error of an item with %s', async (_, path, expected) => {
		const { items, errors } = await run(path, details);
		expect(items).toEqual([]);
		expect(detailsIn(errors[0]?.json)).toMatchObject(expected);
	});

	it('are not there where nothing was sent', async () => {
		const { errors } = await run('', details, { parameters: { url: 'no url' } });
		expect(jsonOf(errors)).toEqual([{ error: expect.any(String) as string }]);
	});

	it('hold no secrets', async () => {
		const { items, errors } = await run('', details, {
			parameters: {
				url: `=${server.origin}/status?code={{ $json.code }}&api_key=k3y-of-mine`,
				...{ authentication: 'genericCredentialType', genericAuthType: 'httpQueryAuth' },
			},
			credentials: { httpQueryAuth: { name: 'q', value: 's3cret-value' } },
			items: [{ json: { code: 200 } }, { json: { code: 500 } }],
		});
		expect([items.length, errors.length]).toEqual([1, 1]);
		expect(JSON.stringify([items, errors])).not.toMatch(/k3y-of-mine|s3cret-value/);
		expect(server.requests[0]?.url).toContain('s3cret-value');
	});
});

describe('error items', () => {
	it('carry status, headers, body and tries, beside the fields of the input item', async () => {
		server.route('/refused', (_request, response) => {
			response
				.writeHead(422, {
					...{ 'content-type': 'application/json', 'x-request-id': 'r7' },
					...{ 'set-cookie': ['session=s3cret'] },
				})
				.end(JSON.stringify({ message: 'no', fields: [{ name: 'a' }] }));
		});
		const { errors } = await run('/refused', {}, { items: rows.slice(0, 1) });
		expect(errors).toMatchObject([
			{
				json: {
					...rows[0]?.json,
					error: {
						...{ status: 422, tries: 1, body: { message: 'no', fields: [{ name: 'a' }] } },
						headers: { 'x-request-id': 'r7', 'set-cookie': '***' },
					},
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('carry a body of 500 kB as a whole', async () => {
		const body = {
			errors: Array.from({ length: 10_000 }, (_, row) => ({ row, text: 'not valid' })),
		};
		server.route('/bulk', (_request, response) => {
			response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		});
		const { errors } = await run('/bulk', {});
		const error = errors[0]?.json.error as IDataObject;
		expect(error.body).toEqual(body);
		expect(error).not.toHaveProperty('bodyCut');
	});
});

describe('item linking', () => {
	it.each([
		['an item of a list', '/json?body={"data":[{"a":1}]}', 0],
		['an error item', '/status?code=500', 1],
	])('leads from %s to its row', async (_, path, output) => {
		const parameters = {
			url: server.origin + path,
			output: { itemsFrom: { itemsFrom: {} }, ...details },
		};
		const result = await runWorkflow({
			types: { [NODE_TYPE]: new ConcurrentHttpRequest() },
			nodes: [
				{
					...{ name: 'HTTP', type: NODE_TYPE, typeVersion: 4.5, parameters },
					onError: 'continueErrorOutput',
				},
				{
					...{ name: 'Next', type: 'test.evaluate' },
					parameters: { value: "={{ $('Start').item.json.n }}" },
				},
			],
			connections: {
				Start: { main: [[{ node: 'HTTP', type: 'main', index: 0 }]] },
				HTTP: {
					main: [0, 1].map((index) =>
						index === output ? [{ node: 'Next', type: 'main', index: 0 }] : [],
					),
				},
			},
			items: rows,
		});
		expect(result.items('Next').map(({ json }) => json.value)).toEqual(['one', 'two']);
	});
});
