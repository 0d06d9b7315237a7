/** The examples as a user has them: imported into a real n8n, with its own Code and trigger nodes. */
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import { listExamples, readExample } from '../../scripts/sample/examples.ts';
import { addSampleRoutes } from '../../scripts/sample/routes.ts';
import { requestNodeOf } from '../../scripts/sample/variants.ts';
import { exampleChecks } from '../support/examples/checks/index.ts';
import type { ExampleCheck } from '../support/examples/ExampleCheck.ts';
import { TestServer } from '../support/TestServer.ts';
import { sharedN8n } from './support/sharedN8n.ts';
import { hintsOf } from './support/workflows.ts';

jest.setTimeout(300_000);

/** Those that come to an end and need nothing that an import does not bring. */
const selfContained = Object.entries(exampleChecks).filter(
	([, { server, credentials, until }]: [string, ExampleCheck]) => !server && !credentials && !until,
);

const n8n = sharedN8n();
let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
	addSampleRoutes(server);
});

afterEach(async () => {
	await server.close();
});

it('takes every one of them, under its own id', async () => {
	for (const file of await listExamples()) {
		const example = await readExample(file);
		const { id } = await n8n.createWorkflow(example);
		expect({ file, id }).toEqual({ file, id: example.id });
		await n8n.deleteWorkflow(id);
	}
});

it.each(selfContained)('%s does what the docs say', async (file, check) => {
	const workflow = await readExample(file, server.origin);
	const { name } = requestNodeOf(workflow);
	const result = await n8n.runWorkflow(workflow);
	expect(result.error).toBeUndefined();
	const output = (index: number) => outputItems(result, name, index);
	const run = { items: output(0), errors: output(1), output, hints: hintsOf(result, name) };
	await check.expect({ server, runs: [run], ...run });
});
