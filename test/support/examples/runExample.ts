import { runInNewContext } from 'node:vm';
import type { INodeExecutionData, INodeType } from 'n8n-workflow';
import { ConcurrentHttpRequest } from '../../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';
import { readExample } from '../../../scripts/sample/examples.ts';
import { addSampleRoutes } from '../../../scripts/sample/routes.ts';
import { requestNodeOf } from '../../../scripts/sample/variants.ts';
import { triggerOf } from '../../../scripts/n8n/Workflow.ts';
import type { Workflow } from '../../../scripts/n8n/Workflow.ts';
import { TestServer } from '../TestServer.ts';
import { makeNode, passThrough } from '../workflow/nodes.ts';
import type { NodeTypeMap } from '../workflow/nodes.ts';
import { runWorkflow } from '../workflow/runWorkflow.ts';
import { NODE_TYPE } from '../workflow/sendItems.ts';
import type { ExampleCheck } from './ExampleCheck.ts';

/** What came of one execution of an example. */
export interface ExampleRun {
	/** Of the node's first output. */
	items: INodeExecutionData[];
	/** Of its error output. */
	errors: INodeExecutionData[];
	/** Of any output, from 0. */
	output: (index: number) => INodeExecutionData[];
	/** Messages shown in the output pane. */
	hints: string[];
}

/** Runs what stands in the node, as n8n's Code node does; `$input` and the like are not there. */
const code: INodeType = makeNode(
	'code',
	['transform'],
	async function () {
		const jsCode = String(this.getNodeParameter('jsCode', 0));
		const items: unknown = runInNewContext(`(() => {${jsCode}})()`, { Buffer });
		// Made anew in this realm, as they are when they come from n8n's task runner.
		return [JSON.parse(JSON.stringify(items)) as INodeExecutionData[]];
	},
	[{ name: 'jsCode', displayName: 'Code', type: 'string', noDataExpression: true, default: '' }],
);

/** Stand-ins for n8n's own nodes, which are not installed beside n8n-core. */
const builtInNodes: NodeTypeMap = {
	'n8n-nodes-base.code': code,
	'n8n-nodes-base.noOp': passThrough,
	'n8n-nodes-base.set': passThrough,
	'n8n-nodes-base.sort': passThrough,
	'n8n-nodes-base.stickyNote': passThrough,
	'n8n-nodes-base.summarize': passThrough,
};

/**
 * Runs the workflow of a file in examples/, with nothing changed but the address of the API, and
 * checks what its section in the docs promises.
 */
export async function runExample(file: string, check: ExampleCheck): Promise<void> {
	const server = await TestServer.start(check.server);
	addSampleRoutes(server);
	try {
		const { origin } = server;
		const workflow = await readExample(file, origin);
		const stop = new AbortController();
		const running = Promise.all(
			Array.from({ length: check.runs ?? 1 }, async () => {
				return await execute(workflow, check, origin, stop.signal);
			}),
		);
		const { until } = check;
		if (until) {
			// A run that ends too early must not keep the test waiting.
			await Promise.race([server.waitFor(until), running]);
			stop.abort();
		}
		const runs = await running;
		await check.expect({ server, runs, ...(runs[0] as ExampleRun) });
	} finally {
		await server.close();
	}
}

async function execute(
	workflow: Workflow,
	check: ExampleCheck,
	origin: string,
	signal: AbortSignal,
): Promise<ExampleRun> {
	const trigger = triggerOf(workflow).name;
	const { [trigger]: afterTrigger = {}, ...connections } = workflow.connections;
	const { name } = requestNodeOf(workflow);
	const result = await runWorkflow({
		types: { ...builtInNodes, [NODE_TYPE]: new ConcurrentHttpRequest() },
		nodes: workflow.nodes.filter((node) => node.name !== trigger),
		connections: { ...connections, Start: afterTrigger },
		credentials: check.credentials?.(origin) ?? {},
		signal,
	});
	// None of them is meant to fail as a whole; one that was stopped ends with an error, too.
	if (result.error && !signal.aborted) throw result.error;
	const ran = result.ran(name);
	const output = (index: number) => (ran ? result.items(name, index) : []);
	return {
		items: output(0),
		errors: output(1),
		output,
		hints: ran ? result.hints(name).map(({ message }) => message) : [],
	};
}
