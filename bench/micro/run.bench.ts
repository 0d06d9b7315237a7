import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IExecuteFunctions } from 'n8n-workflow';
import { Agent, request } from 'undici';
import { runWorkflow } from '../../test/support/workflow/runWorkflow';
import { RunAuthentication } from '../../nodes/ConcurrentHttpRequest/authentication';
import { checkRun } from '../../nodes/ConcurrentHttpRequest/checkRun';
import { Client } from '../../nodes/ConcurrentHttpRequest/client/Client';
import { ConcurrentHttpRequest } from '../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node';
import { n8nEgressPolicy } from '../../nodes/ConcurrentHttpRequest/egress/n8nEgressPolicy';
import { RunParameters } from '../../nodes/ConcurrentHttpRequest/parameters/ItemParameters';
import { RunRecorder } from '../../nodes/ConcurrentHttpRequest/summary/RunRecorder';
import type { Subject } from './measure';

export const title = 'a run of one item, once its connection is open';

const node = new ConcurrentHttpRequest();
const dispatcher = new Agent({ connections: 1 });

async function startServer(): Promise<string> {
	const server = createServer((_request, response) => {
		response.setHeader('content-type', 'application/json').end('{"id":0}');
	});
	server.listen(0, '127.0.0.1').unref();
	await once(server, 'listening');
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** What n8n-core gives the node for a run of one item. */
async function contextFor(origin: string): Promise<IExecuteFunctions> {
	const type = 'test.concurrentHttpRequest';
	const { promise, resolve } = Promise.withResolvers<IExecuteFunctions>();
	const capture = async function (this: IExecuteFunctions) {
		resolve(this);
		return [[]];
	};
	const parameters = { method: 'GET', url: `=${origin}{{ $json.id }}` };
	await runWorkflow({
		mode: 'trigger',
		items: [{ json: { id: 0 } }],
		types: { [type]: { description: node.description, execute: capture } },
		nodes: [{ name: 'HTTP', type, typeVersion: 4.5, parameters }],
	});
	return await promise;
}

async function prepare() {
	const origin = await startServer();
	const context = await contextFor(origin);
	const egress = n8nEgressPolicy(context.helpers.getSecureEgressFilter());
	const check = () => checkRun(context, new RunParameters(context), new RunAuthentication(context));
	return { origin, context, egress, check, checked: await check() };
}

const prepared = prepare();

export const subjects: Subject[] = [
	{
		name: 'the run, with its request',
		run: async () => await node.execute.call((await prepared).context),
	},
	{
		name: 'the request alone, with undici',
		run: async () => {
			const { body } = await request((await prepared).origin, { dispatcher });
			return await body.json();
		},
	},
	{ name: 'reading and checking the settings', run: async () => await (await prepared).check() },
	{
		name: 'making and closing the client: limits, chain, pools',
		run: async () => {
			const { checked, egress } = await prepared;
			const { settings, limits, redis } = checked;
			await new Client({ settings, limits, redis, egress }).close();
		},
	},
	{
		name: "asking for n8n's egress rules",
		run: async () => n8nEgressPolicy((await prepared).context.helpers.getSecureEgressFilter()),
	},
	{ name: 'making what a summary needs', run: () => new RunRecorder(0) },
];
