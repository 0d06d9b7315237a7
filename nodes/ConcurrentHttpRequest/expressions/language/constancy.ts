import type {
	AnyNode,
	AssignmentProperty,
	CallExpression,
	MemberExpression,
	Node,
	Property,
} from 'acorn';
import { parametersOf } from '../compile/arrows';
import { globalFunctions, staticFunctions } from '../methods/globals';
import { isExtensionName } from './extensionSyntax';
import { isOrdinaryKey } from './names';

/**
 * How a value may change within a run.
 * - `literal`: not at all, and it can be told without the engine
 * - `run`: not at all, but the engine has to evaluate it
 * - `item`: it may differ between items, or between two moments, or that cannot be told
 */
export type Constancy = 'literal' | 'run' | 'item';

/** Variables that n8n sets for a run (n8n-workflow, `WorkflowDataProxy`; n8n-core, `getAdditionalKeys`). */
const RUN_VARIABLES = new Set([
	...['$runIndex', '$mode', '$executionId', '$resumeWebhookUrl'],
	...['$nodeVersion', '$nodeId', '$webhookId'],
]);

/** Properties of its objects that stay as they are for a run. `*`: whichever it is. */
const RUN_PROPERTIES = new Map([
	['$execution', ['id', 'mode', 'resumeUrl', 'resumeFormUrl']],
	['$workflow', ['id', 'name', 'active']],
	['$prevNode', ['name', 'outputIndex', 'runIndex']],
	['$vars', ['*']],
	['$env', ['*']],
]);

/** What a node gave, seen as a whole: without `item` and its likes, which follow the pairing. */
const WHOLE_OUTPUT = new Set(['first', 'last', 'all']);

/** n8n's functions that depend on nothing but their arguments. */
const PURE_FUNCTIONS = new Set([
	...['$ifEmpty', '$if', '$min', '$max', '$average', '$not', '$jmespath', '$jmesPath'],
]);

/** Methods that depend on the time or on chance, or might: of n8n's own, all others do not. */
export const IMPURE_EXTENSIONS = new Set([
	...['randomItem', 'toDate', 'toDateTime', 'diffTo', 'diffToNow', 'isInLast', 'isBetween'],
	...['beginningOf', 'endOfMonth', 'extract', 'isDst', 'isWeekend', 'minus', 'plus', 'format'],
]);

/** JavaScript's methods that change nothing and depend on no locale. */
const PURE_METHODS = new Set([
	...['at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'startsWith', 'endsWith', 'includes'],
	...['indexOf', 'lastIndexOf', 'slice', 'substring', 'substr', 'split', 'trim', 'trimStart'],
	...['trimEnd', 'toLowerCase', 'toUpperCase', 'toString', 'padStart', 'padEnd', 'repeat'],
	...['replace', 'replaceAll', 'search', 'test', 'toFixed', 'toPrecision'],
	...['join', 'map', 'filter', 'find', 'findIndex', 'some', 'every', 'reduce', 'flat', 'flatMap'],
]);

/** Names of functions that may be handed over, such as in `filter(Boolean)`. */
const FUNCTION_VALUES = new Set(['Boolean', 'Number', 'String', 'undefined', 'NaN', 'Infinity']);

/** Tells how the value of a node may change; a doubt is `item`. */
export function constancyOf(node: Node, locals: ReadonlySet<string> = new Set()): Constancy {
	return constancyOfKnown(node as AnyNode, locals);
}

function constancyOfKnown(node: AnyNode, locals: ReadonlySet<string>): Constancy {
	const all = (nodes: ReadonlyArray<Node | null>): Constancy =>
		worst(nodes.map((each) => (each ? constancyOf(each, locals) : 'literal')));
	switch (node.type) {
		case 'Literal':
			return 'literal';
		case 'TemplateLiteral':
			return all(node.expressions);
		case 'Identifier':
			if (locals.has(node.name) || FUNCTION_VALUES.has(node.name)) return 'literal';
			return RUN_VARIABLES.has(node.name) ? 'run' : 'item';
		case 'MemberExpression':
			return constancyOfMember(node, locals);
		case 'CallExpression':
			return constancyOfCall(node, locals);
		case 'ChainExpression':
			return all([node.expression]);
		case 'UnaryExpression':
			return node.operator === 'delete' ? 'item' : all([node.argument]);
		case 'BinaryExpression':
		case 'LogicalExpression':
			return all([node.left, node.right]);
		case 'ConditionalExpression':
			return all([node.test, node.consequent, node.alternate]);
		case 'ArrayExpression':
			return all(node.elements);
		case 'SpreadElement':
			return all([node.argument]);
		case 'ObjectExpression':
			return all(node.properties);
		case 'Property':
			return isPlainProperty(node) ? all([node.value]) : 'item';
		case 'ArrowFunctionExpression': {
			const names = parametersOf(node);
			return names ? constancyOf(node.body, new Set([...locals, ...names])) : 'item';
		}
		default:
			return 'item';
	}
}

/** `key: value`, where the key does not stand for something else, as `__proto__` does. */
function isPlainProperty({ kind, computed, method, key }: Property | AssignmentProperty): boolean {
	const name = nameOf(key) ?? literalKey(key);
	return kind === 'init' && !computed && !method && name !== undefined && isOrdinaryKey(name);
}

function worst(all: Constancy[]): Constancy {
	if (all.includes('item')) return 'item';
	return all.includes('run') ? 'run' : 'literal';
}

function constancyOfMember(node: MemberExpression, locals: ReadonlySet<string>): Constancy {
	const { object, property, computed } = node;
	if (property.type === 'PrivateIdentifier' || object.type === 'Super') return 'item';
	const key = computed ? literalKey(property) : nameOf(property);
	if (key !== undefined && !isOrdinaryKey(key)) return 'item';
	if (object.type === 'Identifier' && !locals.has(object.name)) {
		const known = RUN_PROPERTIES.get(object.name);
		if (known)
			return key !== undefined && (known.includes('*') || known.includes(key)) ? 'run' : 'item';
	}
	if (isNodeReference(object)) return key === 'isExecuted' && !computed ? 'run' : 'item';
	const ofObject = constancyOf(object, locals);
	return computed ? worst([ofObject, constancyOf(property, locals)]) : ofObject;
}

function constancyOfCall(node: CallExpression, locals: ReadonlySet<string>): Constancy {
	const { callee } = node;
	const args = worst(node.arguments.map((argument) => constancyOf(argument, locals)));
	if (args === 'item') return 'item';
	if (callee.type === 'Identifier') {
		const known = globalFunctions.has(callee.name) || PURE_FUNCTIONS.has(callee.name);
		return known && !locals.has(callee.name) ? 'run' : 'item';
	}
	if (callee.type !== 'MemberExpression' || callee.computed) return 'item';
	const { object } = callee;
	const method = nameOf(callee.property);
	if (method === undefined) return 'item';
	if (isNodeReference(object)) return WHOLE_OUTPUT.has(method) ? 'run' : 'item';
	if (object.type === 'Identifier' && !locals.has(object.name)) {
		if (object.name === '$input') return WHOLE_OUTPUT.has(method) ? 'run' : 'item';
		return staticFunctions.has(`${object.name}.${method}`) ? 'run' : 'item';
	}
	const pure = isExtensionName(method) ? !IMPURE_EXTENSIONS.has(method) : PURE_METHODS.has(method);
	return pure && constancyOf(object, locals) !== 'item' ? 'run' : 'item';
}

/** `$('Name')` */
function isNodeReference(node: Node): boolean {
	const known = node as AnyNode;
	if (known.type !== 'CallExpression' || known.optional) return false;
	const [name] = known.arguments;
	const named = known.arguments.length === 1 && name?.type === 'Literal';
	return known.callee.type === 'Identifier' && known.callee.name === '$' && named;
}

function nameOf(node: Node): string | undefined {
	const known = node as AnyNode;
	return known.type === 'Identifier' ? known.name : undefined;
}

function literalKey(node: Node): string | undefined {
	const known = node as AnyNode;
	return known.type === 'Literal' ? String(known.value) : undefined;
}
