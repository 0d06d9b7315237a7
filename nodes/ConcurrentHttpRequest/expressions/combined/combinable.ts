import type { AnyNode, CallExpression, Expression, Super } from 'acorn';
import { isSafeObjectProperty } from 'n8n-workflow';
import { IMPURE_EXTENSIONS } from '../language/constancy';
import { mentionsExtension } from '../language/extensionSyntax';
import { isKeptByEngine } from '../language/keptByEngine';
import { isEvery, keyOf } from '../language/syntax';
import { parseTemplate, type Template } from '../language/template';
import { words } from '../values/text';

/** An expression that the engine can evaluate in one call together with others. */
export interface Combinable {
	readonly template: Template;
	/** Whether its code means the same with and without being rewritten (see `isExtended`). */
	readonly standsRewriting: boolean;
	/** Whether two evaluations may differ, by the time or by chance. */
	readonly isVolatile: boolean;
}

/**
 * @param raw as it stands in the workflow, with the leading `=` that marks an expression
 * @returns `undefined` where the engine has to evaluate it alone
 */
export function combinableOf(raw: string): Combinable | undefined {
	const template = parseTemplate(raw);
	if (!template || template.codes.length === 0 || template.hasBlock) return undefined;
	const { codes, extended } = template;
	// Quotes hide it from n8n, but would not if other code came before it.
	if (!extended && codes.some(({ source }) => mentionsExtension(source))) return undefined;
	const trees = codes.map(({ expression }) => expression as AnyNode);
	const isIndependent = (tree: AnyNode): boolean =>
		isEvery(tree, isNodeCombinable) && isGuarded(tree) && isKeptByEngine(tree, false);
	if (!trees.every(isIndependent)) return undefined;
	return {
		template,
		standsRewriting: trees.every((tree) => isKeptByEngine(tree, true)),
		isVolatile: !trees.every((tree) => isEvery(tree, isStable)),
	};
}

const VOLATILE_NAMES: readonly string[] = [
	...words('$now $today Date DateTime Interval random'),
	...IMPURE_EXTENSIONS,
];

function isStable(node: AnyNode): boolean {
	return node.type !== 'Identifier' || !VOLATILE_NAMES.includes(node.name);
}

/** Names that n8n leaves to JavaScript (@n8n/tournament, `EXEMPT_IDENTIFIER_LIST`). */
const EXEMPT = words('isFinite isNaN NaN Date RegExp Math undefined');

/** Whether n8n swallows what the code throws (@n8n/tournament, `shouldWrapInTry`). */
function isGuarded(tree: AnyNode): boolean {
	return !isEvery(tree, (node) =>
		node.type === 'Identifier'
			? EXEMPT.includes(node.name)
			: node.type !== 'MemberExpression' && node.type !== 'CallExpression',
	);
}

/** Syntax that means the same wherever it stands: no assignments, `await`, `this` or classes. */
const KNOWN_SYNTAX = words(
	'Literal TemplateLiteral TemplateElement Identifier MemberExpression CallExpression ' +
		'ChainExpression NewExpression UnaryExpression BinaryExpression LogicalExpression ' +
		'ConditionalExpression ArrayExpression ObjectExpression Property SpreadElement ' +
		'ArrowFunctionExpression FunctionExpression ObjectPattern ArrayPattern AssignmentPattern ' +
		'RestElement BlockStatement ReturnStatement IfStatement ExpressionStatement ' +
		'VariableDeclaration VariableDeclarator',
);

/**
 * Names whose meaning depends on where an expression stands: variables about the parameter itself, of
 * pagination and of AI tools, those of n8n's own wrapping, and those that combining uses.
 */
const REFUSED_NAMES = words(
	'$parameter $rawParameter $self $evaluateExpression $getPairedItem $fromAI $fromAi $fromai ' +
		'$agentInfo $response $request $pageCount arguments eval global globalThis window ' +
		'___n8n_data __sanitize attempt__ evaluate__ isText__ value__ error__',
);

/** Methods that change what they are called on, or can call such a method. */
const CHANGING_METHODS = words(
	'sort reverse push pop shift unshift splice fill copyWithin assign defineProperty ' +
		'defineProperties setPrototypeOf freeze seal preventExtensions call apply bind setDate ' +
		'setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setYear ' +
		'setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth ' +
		'setUTCSeconds add clear delete',
);

/** n8n's methods that use `in`. */
const METHODS_WITH_IN = words('hasField removeField smartJoin');

/** Methods that return a new list. */
const LIST_MAKERS = words('map filter slice split concat flat flatMap keys values entries');

function isNodeCombinable(node: AnyNode): boolean {
	if (!KNOWN_SYNTAX.includes(node.type)) return false;
	switch (node.type) {
		case 'Identifier':
			return !REFUSED_NAMES.includes(node.name);
		case 'MemberExpression':
			// n8n refuses all code with such a key, not only this part.
			return isSafeObjectProperty(keyOf(node.property, node.computed) ?? '');
		case 'BinaryExpression':
			// In the isolate, `in` makes data have the key from then on.
			return node.operator !== 'in';
		case 'UnaryExpression':
			return node.operator !== 'delete';
		case 'Property':
			return node.kind === 'init' && !node.method;
		case 'ArrowFunctionExpression':
		case 'FunctionExpression':
			return !node.async && !node.generator;
		case 'VariableDeclaration':
			return node.kind === 'const' || node.kind === 'let';
		case 'CallExpression':
			return isCallCombinable(node);
		default:
			return true;
	}
}

function isCallCombinable({ callee, arguments: [first] }: CallExpression): boolean {
	if (callee.type !== 'MemberExpression') return true;
	const method = keyOf(callee.property, callee.computed);
	if (method === undefined || METHODS_WITH_IN.includes(method)) return false;
	if (!CHANGING_METHODS.includes(method)) return true;
	return method === 'assign' ? first?.type === 'ObjectExpression' : isNew(callee.object);
}

/** Whether a value is made within the expression. */
function isNew(node: Expression | Super): boolean {
	if (node.type === 'ArrayExpression' || node.type === 'NewExpression') return true;
	if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
	return LIST_MAKERS.includes(keyOf(node.callee.property, node.callee.computed) ?? '');
}
