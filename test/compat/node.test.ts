/** The node in n8n: what n8n knows of it, and how it is run. */
import type { INodeTypeDescription } from 'n8n-workflow';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import { agentWorkflow, OUR_TOOL, toolNode } from '../n8n/support/agents.ts';
import { FakeChatModel } from '../n8n/support/FakeChatModel.ts';
import { sharedInstance, sharedN8n } from '../n8n/support/sharedN8n.ts';
import {
	fieldsNode,
	httpNode,
	jsonOf,
	manual,
	numbersNode,
	numbersUpTo,
	OUR_TYPE,
	pairsOf,
} from '../n8n/support/workflows.ts';
import { TestServer } from '../support/TestServer.ts';
import { send } from './support/send.ts';

jest.setTimeout(120_000);

const n8n = sharedN8n();
let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(() => server.close());

const numbersWorkflow = (count: number, maxConcurrency: number) =>
	manual([
		numbersNode(count),
		httpNode({ url: `=${server.origin}/delay?ms=5&id={{ $json.id }}`, maxConcurrency }),
		fieldsNode({ answer: '={{ $json.id }}', item: "={{ $('Numbers').item.json.id }}" }),
	]);

describe('The node', () => {
	it('is in the panel, as a node and as a tool', async () => {
		const types = await n8n.api.types<INodeTypeDescription>('nodes');
		const versionsOf = (type: string) =>
			types.filter(({ name }) => name === type).flatMap(({ version }) => version);
		expect(versionsOf(OUR_TYPE)).toEqual(expect.arrayContaining([4, 4.5]));
		expect(versionsOf(OUR_TOOL)).toEqual(expect.arrayContaining([4, 4.5]));
	});

	it('gives 1,000 items their responses, in order and paired, 50 at a time', async () => {
		const result = await n8n.runWorkflow(numbersWorkflow(1_000, 50));
		expect(result.error).toBeUndefined();
		const items = outputItems(result, 'HTTP');
		expect(jsonOf(items)).toEqual(numbersUpTo(1_000).map((id) => ({ ok: true, id: String(id) })));
		expect(pairsOf(items)).toEqual(numbersUpTo(1_000));
		expect(jsonOf(outputItems(result, 'After'))).toEqual(
			numbersUpTo(1_000).map((id) => ({ answer: String(id), item: String(id) })),
		);
		expect(server.mostInFlight).toBe(50);
		expect(server.connections).toBe(50);
	});

	it('runs by `n8n execute`', async () => {
		const { id } = await n8n.createWorkflow(numbersWorkflow(20, 5));
		const result = await (await sharedInstance()).execute(id);
		expect(pairsOf(outputItems(result, 'HTTP'))).toEqual(numbersUpTo(20));
	});

	it('is a tool for an AI agent', async () => {
		const model = await FakeChatModel.start();
		try {
			const credentials = { openAiApi: await n8n.createCredential(model.credential) };
			const url = `=${server.origin}/delay?id={{ $fromAI('id', 'the id', 'number') }}`;
			model.says({ calls: [{ input: { id: 7 } }] }, { text: 'It is 7.' });
			const result = await n8n.runWorkflow(
				agentWorkflow({ model: credentials, tools: [toolNode({ url })], version: 2.2 }),
			);
			expect(jsonOf(outputItems(result, 'Agent'))).toEqual([{ output: 'It is 7.' }]);
			expect(JSON.parse(model.toolResults[0]!)).toEqual([{ ok: true, id: '7' }]);
		} finally {
			await model.close();
		}
	});
});

describe('Expressions', () => {
	it.each<[string, string, string]>([
		[
			'fields, methods and templates',
			'{{ $json.name.trim().toUpperCase() }}-{{ $itemIndex }}',
			'ADA-0',
		],
		['dates', "{{ DateTime.fromISO('2026-01-31').plus({ months: 1 }).toISODate() }}", '2026-02-28'],
		['n8n’s own methods', '{{ $json.name.trim().hash("md5").length }}', '32'],
		['other nodes', "{{ $('Start').first().json.name.trim() }}", 'ada'],
		['JMESPath', "{{ $jmespath($json, 'list[1].id') }}", '2'],
	])('%s', async (_name, expression, expected) => {
		const items = [{ name: ' ada ', list: [{ id: 1 }, { id: 2 }] }];
		const { status, said } = await send(
			...([n8n, { url: `=${server.origin}/text?is=${expression}` }, { items }] as const),
		);
		expect([status, said]).toEqual(['success', 'undefined undefined']);
		expect(server.requests.map(({ url }) => url)).toEqual([`/text?is=${expected}`]);
	});
});
