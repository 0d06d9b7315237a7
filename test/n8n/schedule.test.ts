/** Workflows that nobody starts by hand. */
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import { TestServer } from '../support/TestServer.ts';
import { sharedN8n } from './support/sharedN8n.ts';
import {
	chain,
	httpNode,
	jsonOf,
	node,
	numbersNode,
	numbersUpTo,
	pairsOf,
} from './support/workflows.ts';

jest.setTimeout(300_000);

const n8n = sharedN8n();
let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(async () => {
	await server?.close();
});

/** n8n registers a webhook some time after it has said that the workflow is active. */
async function callWhenActive(url: string, body: object): Promise<Response> {
	for (;;) {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		if (response.status !== 404) return response;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

const requests = () =>
	httpNode({ url: `=${server.origin}/delay?ms=5&id={{ $json.id }}`, maxConcurrency: 4 });

it('a Schedule Trigger fires by itself, again and again', async () => {
	const everyTwoSeconds = { field: 'cronExpression', expression: '*/2 * * * * *' };
	const schedule = node(
		'Schedule',
		'n8n-nodes-base.scheduleTrigger',
		{ rule: { interval: [everyTwoSeconds] } },
		{ typeVersion: 1.2 },
	);
	const id = await n8n.activate(chain([schedule, numbersNode(20), requests()]));
	await server.waitFor((seen) => seen.requests.length >= 40);
	await n8n.deactivate(id);

	// One that had begun when the workflow was deactivated may be in the list only later.
	let executions = await n8n.executions(id);
	for (let checked = 0; checked < executions.length;) {
		checked = executions.length;
		for (const { id: executionId, mode } of executions) {
			expect(mode).toBe('trigger');
			const result = await n8n.waitForExecution(executionId);
			expect(result.status).toBe('success');
			const items = outputItems(result, 'HTTP');
			const answers = numbersUpTo(20).map((number) => ({ ok: true, id: `${number}` }));
			expect(jsonOf(items)).toEqual(answers);
			expect(pairsOf(items)).toEqual(numbersUpTo(20));
		}
		executions = await n8n.executions(id);
	}
	expect(executions.length).toBeGreaterThanOrEqual(2);
	expect(server.requests).toHaveLength(20 * executions.length);
	expect(server.mostInFlight).toBeLessThanOrEqual(4 * executions.length);
	await server.waitFor(({ openSockets }) => openSockets === 0);
});

it('a Webhook starts it, and its caller gets the responses', async () => {
	const webhook = {
		...node(
			'Webhook',
			'n8n-nodes-base.webhook',
			{ path: 'numbers', httpMethod: 'POST', responseMode: 'lastNode', responseData: 'allEntries' },
			{ typeVersion: 2 },
		),
		webhookId: 'numbers',
	};
	const split = node('Split', 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'body.ids' });
	const parameters = { url: `=${server.origin}/delay?id={{ $json['body.ids'] }}` };
	const id = await n8n.activate(chain([webhook, split, httpNode(parameters)]));
	const response = await callWhenActive(`${n8n.baseUrl}/webhook/numbers`, { ids: ['a', 'b', 'c'] });
	expect(await response.json()).toEqual(['a', 'b', 'c'].map((each) => ({ ok: true, id: each })));
	expect(server.requests).toHaveLength(3);
	await n8n.deactivate(id);
});
