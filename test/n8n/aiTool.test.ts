/** The node as a tool of an AI Agent, in a real n8n, with a server in the place of the model. */
import type { INodeCredentials, INodeParameters } from 'n8n-workflow';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../../scripts/n8n/ExecutionResult.ts';
import { readExample } from '../../scripts/sample/examples.ts';
import { addSampleRoutes } from '../../scripts/sample/routes.ts';
import { TestServer } from '../support/TestServer.ts';
import { AGENT_VERSIONS, agentWorkflow, BUILT_IN_TOOL, toolNode } from './support/agents.ts';
import { FakeChatModel } from './support/FakeChatModel.ts';
import type { Message } from './support/FakeChatModel.ts';
import { sharedN8n } from './support/sharedN8n.ts';
import { jsonOf } from './support/workflows.ts';

jest.setTimeout(300_000);

const n8n = sharedN8n();
let server: TestServer;
let model: FakeChatModel;
let credentials: INodeCredentials;

beforeAll(async () => {
	server = await TestServer.start();
	model = await FakeChatModel.start();
	credentials = { openAiApi: await n8n.createCredential(model.credential) };
});

beforeEach(() => {
	server.reset();
	server.route('/echo', ({ method, url, headers, body }, response) =>
		response
			.setHeader('content-type', 'application/json')
			.end(JSON.stringify({ method, url, trace: headers['x-trace'], body: body.toString() })),
	);
});

afterAll(async () => {
	await Promise.all([server?.close(), model?.close()]);
});

/** A request of which the model says every part. */
const everyPart = (): INodeParameters => ({
	method: "={{ $fromAI('method', 'GET or POST', 'string') }}",
	url: `=${server.origin}/{{ $fromAI('path', 'the path', 'string') }}`,
	sendQuery: true,
	queryParameters: {
		parameters: [{ name: 'id', value: "={{ $fromAI('id', 'the id', 'number') }}" }],
	},
	sendHeaders: true,
	headerParameters: {
		parameters: [{ name: 'X-Trace', value: "={{ $fromAI('trace', 'a word', 'string') }}" }],
	},
	sendBody: true,
	bodyParameters: {
		parameters: [{ name: 'city', value: "={{ $fromAI('city', 'a city', 'string') }}" }],
	},
	options: { response: { response: { responseFormat: 'json' } } },
});

const input = (id: number) => ({
	...{ method: 'POST', path: 'echo', id, trace: `t${id}`, city: `Köln ${id}` },
});

/** What the test's server answers for an input. */
const answerFor = (id: number) => ({
	...{ method: 'POST', url: `/echo?id=${id}`, trace: `t${id}`, body: `{"city":"Köln ${id}"}` },
});

interface Run {
	parameters: INodeParameters;
	version?: number;
	type?: string;
	items?: Array<{ customer: number }>;
	onError?: 'continueRegularOutput';
}

async function run({ parameters, version, type, items, onError }: Run): Promise<ExecutionResult> {
	const tool = toolNode(parameters, {
		...(type !== undefined && { type, typeVersion: 4.2 }),
		...(onError && { onError }),
	});
	return await n8n.runWorkflow(
		agentWorkflow({
			...{ model: credentials, tools: [tool] },
			...(version !== undefined && { version }),
			...(items && { items }),
		}),
	);
}

const isAnswer = ({ role }: Message) => role === 'tool';

const saidBy = (result: ExecutionResult) =>
	jsonOf(outputItems(result, 'Agent')).map(({ output }) => output);

describe.each(AGENT_VERSIONS)('for an agent of version %d', (version) => {
	it('sends what the model says, and gives it the response', async () => {
		model.says({ calls: [{ input: input(7) }] }, { text: 'It is 7.' });
		const result = await run({ parameters: everyPart(), version });
		expect(result.error).toBeUndefined();
		expect(saidBy(result)).toEqual(['It is 7.']);
		expect(server.requests).toMatchObject([
			{ method: 'POST', url: '/echo?id=7', headers: { 'x-trace': 't7' } },
		]);
		expect(server.requests[0]?.body.toString()).toBe('{"city":"Köln 7"}');
		expect(JSON.parse(model.toolResults[0]!)).toEqual([answerFor(7)]);
	});

	it('gives the model the response alone where a summary is on', async () => {
		model.says({ calls: [{ input: input(7) }] }, { text: 'It is 7.' });
		const result = await run({
			parameters: { ...everyPart(), output: { summary: true } },
			version,
		});
		expect(saidBy(result)).toEqual(['It is 7.']);
		expect(JSON.parse(model.toolResults[0]!)).toEqual([answerFor(7)]);
	});

	it('tells the model what it takes', async () => {
		model.says({ text: 'Nothing to do.' });
		await run({ parameters: { ...everyPart(), toolDescription: 'Asks the API' }, version });
		const { name, description, parameters } = model.asked[0]!.tools[0]!.function;
		expect({ name, description }).toEqual({ name: 'Ask_API', description: 'Asks the API' });
		expect(parameters.properties).toMatchObject({
			method: { type: 'string', description: 'GET or POST' },
			path: { type: 'string' },
			id: { type: 'number', description: 'the id' },
			trace: { type: 'string' },
			city: { type: 'string' },
		});
		expect(server.requests).toEqual([]);
	});

	it('answers several calls at once, and more of them later', async () => {
		model.says(
			{ calls: [1, 2, 3].map((id) => ({ input: input(id) })) },
			{ calls: [{ input: input(4) }] },
			{ text: 'All four.' },
		);
		const limits = {
			maxConcurrency: 1,
			rateLimits: { limits: [{ amount: 100, interval: 1, intervalUnit: 'seconds' }] },
		};
		const result = await run({ parameters: { ...everyPart(), ...limits }, version });
		expect(saidBy(result)).toEqual(['All four.']);
		expect(server.requests.map(({ url }) => url).toSorted()).toEqual(
			[1, 2, 3, 4].map((id) => `/echo?id=${id}`),
		);
		const texts = model.toolResults.map((text) => text.match(/id=\d/)?.[0]);
		expect(texts).toEqual(['id=1', 'id=2', 'id=3', 'id=4']);
	});

	it('answers what several items of the agent ask', async () => {
		const parameters = {
			url: `=${server.origin}/echo?id={{ $fromAI('id', 'the id', 'number') }}`,
		};
		const ask = (id: number) => ({ calls: [{ input: { id } }] });
		model.says(ask(1), ask(2), { text: 'First.' }, { text: 'Second.' });
		const items = [{ customer: 11 }, { customer: 22 }];
		const result = await run({ parameters, version, items });
		expect(result.error).toBeUndefined();
		expect(saidBy(result).toSorted()).toEqual(['First.', 'Second.']);
		expect(server.requests.map(({ url }) => url).toSorted()).toEqual(['/echo?id=1', '/echo?id=2']);
		const answers = model.asked.flatMap(({ messages }) => messages.filter(isAnswer));
		const ids = new Set(answers.map(({ content }) => String(content).match(/id=\d/)?.[0]));
		expect([...ids].toSorted()).toEqual(['id=1', 'id=2']);
	});

	it('evaluates $json as HTTP Request does, whatever the model says', async () => {
		const parameters = {
			...{ url: `${server.origin}/echo`, sendQuery: true, sendHeaders: true },
			queryParameters: {
				parameters: [{ name: 'id', value: "={{ $fromAI('customer', 'the id', 'number') }}" }],
			},
			headerParameters: { parameters: [{ name: 'X-Trace', value: '={{ $json.customer }}' }] },
		};
		const items = [{ customer: 11 }];
		const traces = async (type?: string) => {
			const calls = [11, 12, 13].map((customer) => ({ calls: [{ input: { customer } }] }));
			model.says(...calls, { text: 'Done.' });
			const before = server.requests.length;
			await run({ parameters, version, items, ...(type !== undefined && { type }) });
			return server.requests.slice(before).map(({ headers }) => headers['x-trace']);
		};
		const ours = await traces();
		expect(ours).toHaveLength(3);
		expect(ours).toEqual(await traces(BUILT_IN_TOOL));
	});

	it('hands an error on as a result with On Error at Continue', async () => {
		refuse();
		model.says({ calls: [{ input: { ...input(1), path: 'missing' } }] }, { text: 'Not there.' });
		const onError = 'continueRegularOutput';
		const result = await run({ parameters: everyPart(), version, onError });
		expect(saidBy(result)).toEqual(['Not there.']);
		expect(model.toolResults[0]).toMatch(/failed: 404 Not Found/);
		expect(model.toolResults[0]).toMatch(/No such customer/);
	});
});

function refuse(): void {
	server.route('/missing', (_request, response) => {
		response.statusCode = 404;
		response.setHeader('content-type', 'application/json').end('{"message":"No such customer"}');
	});
}

it('tells the model of an error in a sentence, and it can try again', async () => {
	refuse();
	model.says(
		{ calls: [{ input: { ...input(1), path: 'missing' } }] },
		{ calls: [{ input: input(2) }] },
		{ text: 'Not 1, but 2.' },
	);
	const result = await run({ parameters: everyPart() });
	expect(result.status).toBe('success');
	expect(saidBy(result)).toEqual(['Not 1, but 2.']);
	expect(JSON.parse(model.toolResults[0]!)).toEqual([
		{
			error:
				`POST ${server.origin}/missing?id=1 failed: 404 Not Found. ` +
				'The server says: "No such customer". Check the URL of this item.',
		},
	]);
	expect(JSON.parse(model.toolResults[1]!)).toEqual([answerFor(2)]);
});

it('reads the fields of the agent’s item beside what the model says', async () => {
	const parameters = {
		url: `=${server.origin}/echo?id={{ $json.customer }}&q={{ $fromAI('q', 'a word', 'string') }}`,
	};
	model.says({ calls: [{ input: { q: 'orders' } }] }, { text: 'Done.' });
	const result = await run({ parameters, items: [{ customer: 11 }] });
	expect(saidBy(result)).toEqual(['Done.']);
	expect(server.requests.map(({ url }) => url)).toEqual(['/echo?id=11&q=orders']);
	const [task] = result.runData['Ask API'] ?? [];
	expect(task?.data?.ai_tool?.[0]).toEqual([
		expect.objectContaining({ pairedItem: expect.objectContaining({ item: 0 }) as unknown }),
	]);
});

it('works in the example', async () => {
	server.route('/customers', ({ url }, response) => {
		const id = Number(new URL(url, server.origin).searchParams.get('id'));
		const customer = { id, name: `Customer ${id}`, city: 'Berlin', orders: id, revenue: 10 };
		response.setHeader('content-type', 'application/json').end(JSON.stringify(customer));
	});
	model.says({ calls: [3, 8].map((id) => ({ input: { id } })) }, { text: 'Customer 8.' });
	const result = await runExample('ai-agent-tool.json');
	expect(jsonOf(outputItems(result, 'AI Agent'))).toEqual([{ output: 'Customer 8.' }]);
	const urls = server.requests.map(({ url }) => url).toSorted();
	expect(urls).toEqual(['/customers?id=3', '/customers?id=8']);
	expect(model.toolResults.map((text) => JSON.parse(text) as unknown)).toEqual(
		[3, 8].map((id) => [{ id, name: `Customer ${id}`, city: 'Berlin', orders: id }]),
	);
});

it.each([
	['ai-agent-list.json', { page: 2 }, '/orders/linked?page=2', [{ order: 3 }, { order: 4 }]],
	[
		'ai-agent-page.json',
		{ product: 'mugs' },
		'/page?product=mugs',
		[{ data: expect.stringMatching(/^\[\s*"MUGS New: the blue mug\."\s*\]$/) as string }],
	],
])('hands on what counts in the example %s', async (file, asked, url, handedOn) => {
	addSampleRoutes(server);
	model.says({ calls: [{ input: asked }] }, { text: 'Done.' });
	const result = await runExample(file);
	expect(jsonOf(outputItems(result, 'AI Agent'))).toEqual([{ output: 'Done.' }]);
	expect(server.requests.map((request) => request.url)).toEqual([url]);
	expect(JSON.parse(model.toolResults[0]!)).toEqual(handedOn);
});

async function runExample(file: string): Promise<ExecutionResult> {
	const workflow = await readExample(file, server.origin);
	const nodes = workflow.nodes.map((node) =>
		node.name === 'Chat Model' ? { ...node, credentials } : node,
	);
	return await n8n.runWorkflow({ ...workflow, nodes });
}
