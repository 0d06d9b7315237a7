/**
 * The package in Settings > Community Nodes, as a user gets it: installed by name from an npm registry,
 * used in a workflow, updated, uninstalled. Each test goes on where the one before has ended.
 */
import { PACKAGE } from '../install/support/community.ts';
import { httpNode, manual } from '../n8n/support/workflows.ts';
import { LocalRegistry } from '../support/registry/LocalRegistry.ts';
import { BrowserSuite } from './support/BrowserSuite.ts';
import { CommunityNodes } from './support/CommunityNodes.ts';
import type { Editor } from './support/Editor.ts';

jest.setTimeout(300_000);

const NODE = 'Concurrent HTTP Request';

let registry: LocalRegistry;
let workflowId: string;

const suite = new BrowserSuite('test-installing', async () => {
	registry = await LocalRegistry.start();
	await registry.publish('0.1.0');
	return { withPackage: false, env: registry.environment };
});

afterAll(async () => await registry?.close());

/** Runs the saved workflow, which sends one request. */
async function runSaved(editor: Editor): Promise<void> {
	await editor.open(workflowId);
	await editor.execute();
}

async function expectSent(editor: Editor): Promise<void> {
	await editor.successOf('HTTP').waitFor();
	expect(suite.server.requests).toHaveLength(1);
}

suite.inEditor('is installed by its name, once the risk is accepted', async (editor) => {
	const page = new CommunityNodes(editor);
	await page.open();
	await page.enterName(PACKAGE);
	expect(await page.installButton.isEnabled()).toBe(false);
	await page.acceptRisk();
	await suite.picture(editor, 'install-dialog.png');
	await page.installButton.click();
	await editor.message('Package installed').waitFor();
	await page.card(PACKAGE).getByText('v0.1.0').waitFor();
});

suite.inEditor('is found in the nodes panel, and sends', async (editor) => {
	await suite.open(editor, manual([]));
	const panel = await editor.addNode(NODE);
	await panel.field('url').fill(`${suite.server.origin}/echo`);
	await panel.execute();
	await panel.hint(/^1 request in /).waitFor();
	expect(suite.server.requests).toHaveLength(1);
});

suite.inEditor('is updated to a newer version, and workflows go on', async (editor) => {
	const workflow = manual([httpNode({ url: `${suite.server.origin}/echo` })]);
	({ id: workflowId } = await suite.n8n.createWorkflow(workflow));
	await runSaved(editor);
	await expectSent(editor);

	await registry.publish('0.1.1');
	suite.server.reset();
	const page = new CommunityNodes(editor);
	await page.open();
	await page.update(PACKAGE);
	await page.card(PACKAGE).getByText('v0.1.1').waitFor();
	await runSaved(editor);
	await expectSent(editor);
});

suite.inEditor('is uninstalled and installed again, and its workflows wait', async (editor) => {
	const page = new CommunityNodes(editor);
	await page.open();
	await page.uninstall(PACKAGE);
	await runSaved(editor);
	await editor.message('Unrecognized node type').waitFor();
	expect(suite.server.requests).toHaveLength(0);

	await page.open();
	await page.install(`${PACKAGE}@0.1.0`);
	await page.card(PACKAGE).getByText('v0.1.0').waitFor();
	await runSaved(editor);
	await expectSent(editor);
});
