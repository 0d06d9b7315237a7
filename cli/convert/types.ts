const BUILT_IN = 'n8n-nodes-base.httpRequest';
const OURS = 'n8n-nodes-concurrent-http.concurrentHttpRequest';

/** n8n derives a second type from a node that agents can use as a tool. */
const TOOL = 'Tool';

/** n8n's first HTTP tool for agents, which has parameters of its own. */
export const OLD_TOOL = '@n8n/n8n-nodes-langchain.toolHttpRequest';

/** Where to: from HTTP Request to this package, or back. */
export type Direction = 'here' | 'back';

/** The type of a node after the move, by the one before. */
export const targetTypes: Record<Direction, ReadonlyMap<string, string>> = {
	here: new Map([
		[BUILT_IN, OURS],
		[BUILT_IN + TOOL, OURS + TOOL],
		// Stays what it is, but whoever moves a workflow has to know about it.
		[OLD_TOOL, OLD_TOOL],
	]),
	back: new Map([
		[OURS, BUILT_IN],
		[OURS + TOOL, BUILT_IN + TOOL],
	]),
};
