import type { INode } from 'n8n-workflow';
import type { Workflow } from '../n8n/Workflow.ts';

const OUR_TYPE = 'n8n-nodes-concurrent-http.concurrentHttpRequest';
/** What n8n makes of it for an agent. */
const OUR_TOOL = `${OUR_TYPE}Tool`;
const BUILT_IN_TYPE = 'n8n-nodes-base.httpRequest';
const LOOP = 'Loop Over Items';

/**
 * The workflow's one Concurrent HTTP Request node, or tool.
 * @throws if it has none
 */
export function requestNodeOf({ name, nodes }: Workflow): INode {
	const node = nodes.find(({ type }) => type === OUR_TYPE || type === OUR_TOOL);
	if (node) return node;
	throw new Error(`Workflow "${name}" has no Concurrent HTTP Request node`);
}

/** The same workflow with the built-in HTTP Request node: only the type changes. */
export function withBuiltInNode(workflow: Workflow): Workflow {
	const ours = requestNodeOf(workflow);
	return {
		...workflow,
		nodes: workflow.nodes.map((node) => (node === ours ? { ...node, type: BUILT_IN_TYPE } : node)),
	};
}

/**
 * The same again, with the built-in node in a loop over single items: n8n's own means to send
 * one request at a time. Both outputs lead back to the loop.
 */
export function oneAtATime(workflow: Workflow): Workflow {
	const { name: request, position } = requestNodeOf(workflow);
	const builtIn = withBuiltInNode(workflow);
	const loop: INode = {
		id: 'loop',
		name: LOOP,
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		position: [position[0] - 100, position[1]],
		parameters: { batchSize: 1, options: {} },
	};
	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	const intoLoop = Object.entries(builtIn.connections).map(([from, { main = [] }]) => {
		const redirected = main.map(
			(targets) => targets?.map((target) => (target.node === request ? to(LOOP)[0] : target)) ?? [],
		);
		return [from, { main: redirected }] as const;
	});
	return {
		...builtIn,
		nodes: [...builtIn.nodes, loop],
		connections: {
			...Object.fromEntries(intoLoop),
			[LOOP]: { main: [[], to(request)] },
			[request]: { main: [to(LOOP), to(LOOP)] },
		} as Workflow['connections'],
	};
}
