import type { INodeParameters } from 'n8n-workflow';
import type { Workflow } from '../../../../scripts/n8n/Workflow.ts';
import { faultsOf as faultsOfCommands } from './commands.ts';
import type { CodeBlock } from './markdown.ts';
import { faultsOf } from './nodeParameters.ts';

const OUR_TYPE = /^n8n-nodes-concurrent-http\.concurrentHttpRequest(Tool)?$/;

/**
 * What is wrong with a block of code: JSON that does not parse or that the node would not take, a
 * shell command that does not exist, no language. `text` is for all that nobody can check.
 */
export function faultsOfBlock({ language, text }: CodeBlock): string[] {
	switch (language) {
		case 'text':
			return [];
		case 'json':
			return faultsOfJson(text);
		case 'sh':
			return faultsOfCommands(text);
		default:
			return [`language "${language}"`];
	}
}

function faultsOfJson(text: string): string[] {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		return [String(error)];
	}
	if (isWorkflow(value)) return faultsOfWorkflow(value);
	// A node's parameters always say where to send; other JSON is the data of somebody's API.
	return isParameters(value) ? faultsOf(value) : [];
}

function isWorkflow(value: unknown): value is Workflow {
	return typeof value === 'object' && value !== null && 'nodes' in value;
}

function isParameters(value: unknown): value is INodeParameters {
	return typeof value === 'object' && value !== null && 'url' in value;
}

/** Of a workflow, or of the part of one that is pasted into the canvas. */
function faultsOfWorkflow({ nodes, connections }: Workflow): string[] {
	const names = new Set(nodes.map(({ name }) => name));
	const ours = nodes.filter(({ type }) => OUR_TYPE.test(type));
	const targets = Object.values(connections ?? {}).flatMap((outputs) =>
		Object.values(outputs).flatMap((lists) => lists.flatMap((list) => list ?? [])),
	);
	const connected = [...Object.keys(connections ?? {}), ...targets.map(({ node }) => node)];
	return [
		...(ours.length === 0 ? ['no Concurrent HTTP Request node'] : []),
		...connected.filter((name) => !names.has(name)).map((name) => `no node "${name}"`),
		...ours.flatMap(({ parameters }) => faultsOf(parameters)),
	];
}
