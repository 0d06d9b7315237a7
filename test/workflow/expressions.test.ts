/** Expressions, with both of n8n's engines. */
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { TestServer } from '../support/TestServer.ts';
import type { ExpressionEngine } from '../support/workflow/expressionEngine.ts';
import { useExpressionEngine } from '../support/workflow/expressionEngine.ts';
import { numbered, runWorkflow } from '../support/workflow/runWorkflow.ts';
import { jsonOf, NODE_TYPE, sendItems } from '../support/workflow/sendItems.ts';
import { ConcurrentHttpRequest } from '../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';

describe.each<ExpressionEngine>(['legacy', 'vm'])('the %s engine', (engine) => {
	let server: TestServer;

	beforeAll(async () => {
		await useExpressionEngine(engine);
		server = await TestServer.start();
	});

	beforeEach(() => server.reset());

	afterAll(async () => {
		await useExpressionEngine('legacy');
		await server.close();
	});

	it('evaluates every parameter for the item that is sent', async () => {
		const { error } = await sendItems(
			{
				method: '={{ ["POST", "PUT", "PATCH"][$json.id] }}',
				url: `=${server.origin}/echo?at={{ $itemIndex }}&n={{ $json.id + 1 }}`,
				sendQuery: true,
				queryParameters: {
					parameters: [{ name: '=q{{ $json.id }}', value: '={{ $input.item.json.id }}' }],
				},
				sendHeaders: true,
				headerParameters: {
					parameters: [{ name: 'x-id', value: '={{ $("Start").item.json.id }}' }],
				},
				sendBody: true,
				bodyParameters: { parameters: [{ name: 'list', value: '={{ [$json.id, null, "a"] }}' }] },
				maxConcurrency: 1,
			},
			{ items: numbered(3) },
		);
		expect(error).toBeUndefined();
		const seen = server.requests.map(({ method, url, headers, body }) =>
			[method, url, headers['x-id'], body.toString()].join(' '),
		);
		expect(seen).toEqual([
			'POST /echo?at=0&n=1&q0=0 0 {"list":[0,null,"a"]}',
			'PUT /echo?at=1&n=2&q1=1 1 {"list":[1,null,"a"]}',
			'PATCH /echo?at=2&n=3&q2=2 2 {"list":[2,null,"a"]}',
		]);
	});

	it('finds the item that a response belongs to, in the nodes that follow', async () => {
		const result = await runWorkflow({
			items: numbered(4),
			types: { [NODE_TYPE]: new ConcurrentHttpRequest() },
			nodes: [
				{
					name: 'HTTP',
					type: NODE_TYPE,
					typeVersion: 4.5,
					// Every item but the first becomes as many as its number.
					parameters: { url: `=${server.origin}/items?count={{ $json.id }}` },
				},
				{
					name: 'After',
					type: 'test.evaluate',
					parameters: { value: '={{ $("Start").item.json.id }}' },
				},
			],
		});
		expect(jsonOf(result.items('After'))).toEqual([1, 2, 2, 3, 3, 3].map((value) => ({ value })));
	});

	it('logs what evaluated each parameter, for debugging', async () => {
		const debug = jest.spyOn(Container.get(Logger), 'debug');
		const { error } = await sendItems(
			{
				url: `=${server.origin}/echo?n={{ $json.id + 1 }}`,
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'x', value: '={{ $now.toMillis() }}' }] },
				sendQuery: true,
				queryParameters: { parameters: [{ name: 'q', value: '={{ $("Start").item.json.id }}' }] },
				options: { timeout: '={{ 5000 + 5000; }}' },
			},
			{ items: numbered(4) },
		);
		expect(error).toBeUndefined();
		const lines = debug.mock.calls.map(([message]) => message);
		debug.mockRestore();
		const [ways, ...others] = lines.filter((line) => line.startsWith('Expressions evaluated by: '));
		expect(others).toEqual([]);
		expect(JSON.parse(ways?.replace('Expressions evaluated by: ', '') ?? '')).toEqual({
			url: 'node',
			headerParameters: 'combined call',
			queryParameters: 'combined call',
			options: 'own call',
		});
	});
});
