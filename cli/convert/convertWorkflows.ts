import type { INodeParameters } from 'n8n-workflow';
import { getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';

import { lossesOf } from './losses';
import { obstacleOf, obstacleWithin } from './obstacles';
import { type Direction, targetTypes } from './types';

/** A node that a conversion is about. */
interface Mention {
	workflow: string;
	node: string;
}

/** What came of a conversion. */
export interface Conversion {
	/** The text with other types, and otherwise as it was, to the last space. */
	text: string;
	converted: Mention[];
	/** Nodes that stay as they were, and why. */
	left: Array<Mention & { reason: string }>;
	/** Converted nodes with parameters that n8n will drop, by the names in the panel. */
	losses: Array<Mention & { parameters: string[] }>;
}

/** What is to stand in the place of a type. They come in the order of the text. */
interface Edit {
	at: Node;
	type: string;
}

/** The text is no workflow. */
export class NotAWorkflow extends Error {}

/**
 * Changes the `type` of HTTP nodes in the JSON of a workflow, or of a list of workflows. The text is
 * edited rather than written anew, so that nothing else can change: no number loses digits, and
 * the order of names stays.
 *
 * @throws {NotAWorkflow}
 */
export function convertWorkflows(text: string, direction: Direction): Conversion {
	const result: Conversion = { text, converted: [], left: [], losses: [] };
	const edits: Edit[] = [];
	for (const { workflow, node } of nodesOf(parse(text))) {
		const typeNode = propertyOf(node, 'type');
		const type = String(typeNode?.value);
		const target = targetTypes[direction].get(type);
		const mention = { workflow, node: textOf(node, 'name') };
		const parametersNode = propertyOf(node, 'parameters');
		const parameters = (
			parametersNode?.type === 'object' ? getNodeValue(parametersNode) : {}
		) as INodeParameters;
		const typeVersion = Number(propertyOf(node, 'typeVersion')?.value ?? 1);
		const reason =
			target === undefined
				? obstacleWithin(parameters, direction)
				: obstacleOf({ type, typeVersion, parameters }, direction);
		if (reason !== undefined) {
			result.left.push({ ...mention, reason });
			continue;
		}
		if (!typeNode || target === undefined) continue;
		edits.push({ at: typeNode, type: target });
		result.converted.push(mention);
		const lost = lossesOf(parameters, direction);
		if (lost.length > 0) result.losses.push({ ...mention, parameters: lost });
	}
	result.text = edited(text, edits);
	return result;
}

function edited(text: string, edits: readonly Edit[]): string {
	const parts: string[] = [];
	let end = 0;
	for (const { at, type } of edits) {
		parts.push(text.slice(end, at.offset), JSON.stringify(type));
		end = at.offset + at.length;
	}
	return parts.join('') + text.slice(end);
}

function parse(text: string): Node {
	const errors: ParseError[] = [];
	// Some editors put a byte order mark in front, which is not part of JSON.
	const json = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
	const root = parseTree(json, errors, { disallowComments: true, allowTrailingComma: false });
	const [error] = errors;
	if (!root || error) {
		const line = json.slice(0, error?.offset ?? 0).split('\n').length;
		throw new NotAWorkflow(`it is not valid JSON, from line ${line} on`);
	}
	return root;
}

function nodesOf(root: Node): Array<{ workflow: string; node: Node }> {
	const workflows = root.type === 'array' ? (root.children ?? []) : [root];
	return workflows.flatMap((workflow) => {
		const nodes = propertyOf(workflow, 'nodes');
		if (nodes?.type !== 'array') {
			throw new NotAWorkflow('it has no list of nodes, as the JSON of a workflow has');
		}
		const name = textOf(workflow, 'name');
		return (nodes.children ?? []).map((node) => ({ workflow: name, node }));
	});
}

/** The last of that name counts, as for JSON.parse. */
function propertyOf(object: Node, name: string): Node | undefined {
	if (object.type !== 'object') return undefined;
	const property = object.children?.findLast(({ children }) => children?.[0]?.value === name);
	return property?.children?.[1];
}

function textOf(object: Node, name: string): string {
	const value: unknown = propertyOf(object, name)?.value;
	return typeof value === 'string' ? value : '';
}
