/** The workflows of examples/: at least one for each option, imported into n8n and run. */
import type { IDataObject } from 'n8n-workflow';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../../scripts/n8n/ExecutionResult.ts';
import type { Workflow } from '../../scripts/n8n/Workflow.ts';
import { readExample } from '../../scripts/sample/examples.ts';
import { addSampleRoutes } from '../../scripts/sample/routes.ts';
import { requestNodeOf } from '../../scripts/sample/variants.ts';
import { sharedN8n } from '../n8n/support/sharedN8n.ts';
import { hintsOf } from '../n8n/support/workflows.ts';
import { exampleChecks } from '../support/examples/checks/index.ts';
import type { ExampleCheck } from '../support/examples/ExampleCheck.ts';
import type { ExampleRun } from '../support/examples/runExample.ts';
import { TestServer } from '../support/TestServer.ts';

jest.setTimeout(120_000);

const n8n = sharedN8n();

describe('Examples', () => {
	it.each(Object.entries(exampleChecks))('%s', async (file, check) => {
		const server = await TestServer.start(check.server);
		addSampleRoutes(server);
		try {
			const workflow = await withCredentials(await readExample(file, server.origin), check, server);
			const runs = await run(workflow, check, server);
			await check.expect({ server, runs, ...runs[0]! });
		} finally {
			await server.close();
		}
	});

	/** Chooses the credentials in the node, as a user would. */
	async function withCredentials(
		workflow: Workflow,
		check: ExampleCheck,
		{ origin }: TestServer,
	): Promise<Workflow> {
		const request = requestNodeOf(workflow);
		const credentials = { ...request.credentials };
		for (const [type, data] of Object.entries(check.credentials?.(origin) ?? {})) {
			const credential = { name: type, type, data: data as IDataObject };
			credentials[type] = await n8n.createCredential(credential);
		}
		const nodes = workflow.nodes.map((node) =>
			node === request ? { ...node, credentials } : node,
		);
		return { ...workflow, nodes };
	}

	async function run(
		workflow: Workflow,
		{ runs = 1, until }: ExampleCheck,
		server: TestServer,
	): Promise<ExampleRun[]> {
		const { name } = requestNodeOf(workflow);
		const { id } = await n8n.createWorkflow({ ...workflow, id: undefined });
		const executionIds: string[] = [];
		for (let count = 0; count < runs; count++) {
			executionIds.push(await n8n.startSavedWorkflow(id, workflow));
		}
		const ending = Promise.all(executionIds.map((each) => n8n.waitForExecution(each)));
		if (until) {
			// A run that ends too early must not keep the test waiting.
			await Promise.race([server.waitFor(until), ending]);
			for (const each of executionIds) {
				await n8n.stopExecution(each).catch(async (error: unknown) => {
					// One of several may have sent all its requests, and ended.
					if ((await n8n.execution(each)).status !== 'success') throw error;
				});
			}
		}
		return (await ending).map((result) => toRun(result, name, until !== undefined));
	}
});

function toRun(result: ExecutionResult, name: string, isStopped: boolean): ExampleRun {
	// n8n keeps nothing of a run that was stopped.
	if (isStopped) return { items: [], errors: [], output: () => [], hints: [] };
	expect(result.error?.message).toBeUndefined();
	const output = (index: number) => outputItems(result, name, index);
	return { items: output(0), errors: output(1), output, hints: hintsOf(result, name) };
}
