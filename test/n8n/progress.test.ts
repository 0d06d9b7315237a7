/** What a run that goes on tells whoever runs n8n, and whoever looks at the canvas. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import { readExample } from '../../scripts/sample/examples.ts';
import { addSampleRoutes } from '../../scripts/sample/routes.ts';
import { TestServer } from '../support/TestServer.ts';
import { sharedInstance, sharedN8n } from './support/sharedN8n.ts';
import {
	chain,
	fieldsNode,
	hintsOf,
	httpNode,
	jsonOf,
	manual,
	node,
	numbersNode,
} from './support/workflows.ts';

jest.setTimeout(300_000);

const n8n = sharedN8n();
let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
	addSampleRoutes(server);
});

afterAll(async () => {
	await server?.close();
});

it('is in n8n’s log every ten seconds of a production run', async () => {
	const name = 'Progress in the log';
	const schedule = node(
		'Schedule',
		'n8n-nodes-base.scheduleTrigger',
		{ rule: { interval: [{ field: 'cronExpression', expression: '* * * * * *' }] } },
		{ typeVersion: 1.2 },
	);
	// The server answers when the log has said how far the run is.
	const held: Array<() => void> = [];
	server.route('/held', ({ url }, response) => {
		const answer = () => response.setHeader('content-type', 'application/json').end('{}');
		if (url.endsWith('=7')) held.push(answer);
		else answer();
	});
	const request = httpNode({ url: `=${server.origin}/held?id={{ $json.id }}`, maxConcurrency: 1 });
	const id = await n8n.activate(chain([schedule, numbersNode(20), request], { name }));
	await server.waitFor(() => held.length > 0);
	await n8n.deactivate(id);

	const { folder } = await sharedInstance();
	const line = new RegExp(
		`"HTTP" of "${name}", execution \\d+: 7 of 20 items done, 1 request in flight, `,
	);
	let log = '';
	while (!line.test(log)) {
		await new Promise((resolve) => setTimeout(resolve, 500));
		log = await readFile(join(folder, 'n8n.log'), 'utf8');
	}
	server.route('/held', (_request, response) => {
		response.setHeader('content-type', 'application/json').end('{}');
	});
	for (const answer of held) answer();
	for (const execution of await n8n.executions(id)) {
		expect((await n8n.waitForExecution(execution.id)).status).toBe('success');
	}
});

it('leaves what is done in an execution that the workflow’s timeout ends', async () => {
	const request = httpNode({
		url: `=${server.origin}/delay?ms=100&id={{ $json.id }}`,
		maxConcurrency: 10,
	});
	const settings = { executionOrder: 'v1' as const, executionTimeout: 6 };
	const workflow = manual([numbersNode(1000), request, fieldsNode({ a: 'b' })], { settings });
	const result = await n8n.runWorkflow(workflow);
	expect(result.status).toBe('canceled');
	const items = outputItems(result, 'HTTP');
	expect(items.length).toBeGreaterThan(0);
	expect(items.length).toBeLessThan(1000);
	expect(hintsOf(result, 'HTTP')[1]).toContain(
		`The run was stopped: ${items.length} of 1,000 items had succeeded`,
	);
	expect(result.runData.After).toBeUndefined();
});

it('is on the canvas where Loop Over Items hands on chunks', async () => {
	const result = await n8n.runWorkflow(await readExample('chunks.json', server.origin));
	expect(result.error).toBeUndefined();
	const runs = result.runData['Fetch a Chunk'] ?? [];
	expect(runs.map(({ data }) => data?.main?.[0]?.length)).toEqual([50, 50, 50, 50, 50, 50]);
	const all = outputItems(result, 'All Responses');
	expect(jsonOf(all).map((json) => Number((json as { id: string }).id))).toEqual(
		Array.from({ length: 300 }, (_, index) => index + 1),
	);
});
