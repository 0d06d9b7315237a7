/** What a model gets with Optimize Response, from HTTP Request and from this node. */
import type { INodeCredentials } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { agentWorkflow, BUILT_IN_TOOL, OUR_TOOL, toolNode } from './support/agents.ts';
import { FakeChatModel } from './support/FakeChatModel.ts';
import { optimizedAnswers, optimizedUses } from './support/optimizedUses.ts';
import { sharedN8n } from './support/sharedN8n.ts';

jest.setTimeout(300_000);

const n8n = sharedN8n();
let server: TestServer;
let model: FakeChatModel;
let credentials: INodeCredentials;
let before: unknown[];
let after: unknown[];

/** Has an agent call a tool for each use, and gives what came of it. */
async function resultsWith(type: string): Promise<unknown[]> {
	const tools = optimizedUses.map(({ parameters }, index) => {
		const text = JSON.stringify(parameters).replaceAll('ORIGIN', server.origin);
		return toolNode(JSON.parse(text) as typeof parameters, {
			name: `Use${index}`,
			id: `${index}`,
			type,
		});
	});
	const calls = tools.map(({ name }) => ({ tool: name, input: {} }));
	model.says({ calls }, { text: 'Done.' });
	const result = await n8n.runWorkflow(agentWorkflow({ model: credentials, tools }));
	expect(result.error).toBeUndefined();
	return model.toolResults.map((text) => JSON.parse(text) as unknown);
}

beforeAll(async () => {
	server = await TestServer.start();
	for (const [path, [type, body]] of Object.entries(optimizedAnswers)) {
		server.route(path, (_request, response) => response.setHeader('content-type', type).end(body));
	}
	model = await FakeChatModel.start();
	credentials = { openAiApi: await n8n.createCredential(model.credential) };
	before = await resultsWith(BUILT_IN_TOOL);
	after = await resultsWith(OUR_TOOL);
});

afterAll(async () => {
	await Promise.all([server?.close(), model?.close()]);
});

it('gets a result for each use', () => {
	expect(before).toHaveLength(optimizedUses.length);
	expect(after).toHaveLength(optimizedUses.length);
});

const uses = optimizedUses.map((use, index) => ({ ...use, index }));

it.each(uses.filter(({ differs }) => !differs))('the same: $name', ({ index }) => {
	expect(after[index]).toEqual(before[index]);
});

it.each(uses.filter(({ differs }) => differs))('$name: $differs', ({ index, gives }) => {
	expect(after[index]).not.toEqual(before[index]);
	expect(JSON.stringify(after[index])).toMatch(gives!);
});
