import type { AnyNode, AssignmentProperty, CallExpression } from 'acorn';
import type { MemberExpression, Node, Property } from 'acorn';
import { globalFunctions, staticFunctions } from '../methods/globals';
import { arrayMethods, callbackMethods, numberMethods, stringMethods } from '../methods/methods';
import { isOrdinaryKey } from '../values/plainData';
import { words } from '../values/text';
import { isExtensionName } from './extensionSyntax';
import { keyOf, parametersOf } from './syntax';

/**
 * How a value may change within a run.
 * - `literal`: not at all, and no engine is needed
 * - `run`: not at all, but the engine has to evaluate it
 * - `item`: it may differ between items or between two moments, or is in doubt
 */
type Constancy = 'literal' | 'run' | 'item';

/** Variables that n8n sets for a run (n8n-workflow, `WorkflowDataProxy`; n8n-core, `getAdditionalKeys`). */
const RUN_VARIABLES = new Set(
	words('$runIndex $mode $executionId $resumeWebhookUrl $nodeVersion $nodeId $webhookId'),
);

/** Properties of its objects that stay as they are for a run. `*` stands for all of them. */
const RUN_PROPERTIES = new Map([
	['$execution', ['id', 'mode', 'resumeUrl', 'resumeFormUrl']],
	['$workflow', ['id', 'name', 'active']],
	['$prevNode', ['name', 'outputIndex', 'runIndex']],
	['$vars', ['*']],
	['$env', ['*']],
]);

/** Methods that return a node's output as a whole: they do not depend on the pairing of items. */
const WHOLE_OUTPUT = new Set(['first', 'last', 'all']);

/** n8n's functions that depend only on their arguments. */
const PURE_FUNCTIONS = new Set(words('$ifEmpty $if $min $max $average $not $jmespath $jmesPath'));

/** n8n's own methods that depend on the time or on chance, or might. All others do not. */
export const IMPURE_EXTENSIONS = words(
	'randomItem toDate toDateTime diffTo diffToNow isInLast isBetween beginningOf endOfMonth ' +
		'extract isDst isWeekend minus plus format',
);

/** JavaScript's methods that change nothing and do not depend on a locale. */
const PURE_METHODS = new Set([
	...stringMethods.keys(),
	...numberMethods.keys(),
	...arrayMethods.keys(),
	...callbackMethods.keys(),
	...words('search test flat flatMap'),
]);

/** Names of functions that may be passed on, as in `filter(Boolean)`, and of constants. */
const GLOBAL_VALUES = new Set(words('Boolean Number String undefined NaN Infinity'));

/** How the value of a node may change within a run. */
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
			if (locals.has(node.name) || GLOBAL_VALUES.has(node.name)) return 'literal';
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

/** `key: value`, with a key that has no special meaning, as `__proto__` has. */
function isPlainProperty({ kind, computed, method, key }: Property | AssignmentProperty): boolean {
	const name = keyOf(key, computed);
	return kind === 'init' && !computed && !method && name !== undefined && isOrdinaryKey(name);
}

function worst(all: Constancy[]): Constancy {
	if (all.includes('item')) return 'item';
	return all.includes('run') ? 'run' : 'literal';
}

function constancyOfMember(node: MemberExpression, locals: ReadonlySet<string>): Constancy {
	const { object, property, computed } = node;
	if (property.type === 'PrivateIdentifier' || object.type === 'Super') return 'item';
	const key = keyOf(property, computed);
	if (key !== undefined && !isOrdinaryKey(key)) return 'item';
	if (object.type === 'Identifier' && !locals.has(object.name)) {
		const known = RUN_PROPERTIES.get(object.name);
		if (known) {
			return key !== undefined && (known.includes('*') || known.includes(key)) ? 'run' : 'item';
		}
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
	const method = keyOf(callee.property, false);
	if (method === undefined) return 'item';
	if (isNodeReference(object)) return WHOLE_OUTPUT.has(method) ? 'run' : 'item';
	if (object.type === 'Identifier' && !locals.has(object.name)) {
		if (object.name === '$input') return WHOLE_OUTPUT.has(method) ? 'run' : 'item';
		return staticFunctions.has(`${object.name}.${method}`) ? 'run' : 'item';
	}
	const pure = isExtensionName(method)
		? !IMPURE_EXTENSIONS.includes(method)
		: PURE_METHODS.has(method);
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
