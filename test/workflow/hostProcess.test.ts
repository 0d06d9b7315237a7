/** What a run leaves in n8n's process, for which the node is a guest (SECURITY.md). */
import http from 'node:http';
import https from 'node:https';
import type * as NodeModule from '../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered, runWorkflow } from '../support/workflow/runWorkflow.ts';

/** A copy of an agent's settings: the agent itself would be compared with itself. */
function settingsOf(agent: http.Agent) {
	const { options } = agent as { options?: object };
	const { maxSockets, maxFreeSockets, maxTotalSockets } = agent;
	return { ...options, maxSockets, maxFreeSockets, maxTotalSockets };
}

/** What other code in the process could notice. */
function visible() {
	return {
		globals: Reflect.ownKeys(globalThis),
		environment: { ...process.env },
		listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
		agents: [http.globalAgent, https.globalAgent].map(settingsOf),
		fetch: globalThis.fetch,
	};
}

it('is one global where runs share limits', async () => {
	const server = await TestServer.start();
	// Loads n8n-core, which sets globals of its own.
	await runWorkflow({ nodes: [] });
	const before = visible();
	const { ConcurrentHttpRequest } = jest.requireActual<typeof NodeModule>(
		'../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts',
	);
	const result = await runWorkflow({
		types: { http: new ConcurrentHttpRequest() },
		nodes: [
			{
				name: 'HTTP',
				type: 'http',
				typeVersion: 4.5,
				parameters: {
					url: `${server.origin}/text`,
					options: { limitScope: 'name', limitName: 'host process' },
				},
			},
		],
		items: numbered(3),
	});
	expect(result.items('HTTP')).toHaveLength(3);
	await server.close();
	const added = Symbol.for('n8n-nodes-concurrent-http/SharedLimits/2');
	expect(visible()).toEqual({ ...before, globals: [...before.globals, added] });
});
