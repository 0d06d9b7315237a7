import type { AnyNode, CallExpression, Expression, Node, Super } from 'acorn';
import { isSafeObjectProperty } from 'n8n-workflow';
import { isEvery } from './syntaxTree';

/**
 * Syntax that means the same wherever it stands. Assignments, `await`, `this` and classes are not
 * among it.
 */
const KNOWN_SYNTAX: ReadonlySet<AnyNode['type']> = new Set([
	...(['Literal', 'TemplateLiteral', 'TemplateElement', 'Identifier'] as const),
	...(['MemberExpression', 'CallExpression', 'ChainExpression', 'NewExpression'] as const),
	...(['UnaryExpression', 'BinaryExpression', 'LogicalExpression'] as const),
	...(['ConditionalExpression', 'ArrayExpression', 'ObjectExpression', 'Property'] as const),
	...(['SpreadElement', 'ArrowFunctionExpression', 'FunctionExpression'] as const),
	...(['ObjectPattern', 'ArrayPattern', 'AssignmentPattern', 'RestElement'] as const),
	...(['BlockStatement', 'ReturnStatement', 'IfStatement', 'ExpressionStatement'] as const),
	...(['VariableDeclaration', 'VariableDeclarator'] as const),
]);

/**
 * Names whose meaning depends on where an expression stands, or that may be given another one:
 * variables about the parameter itself, of pagination and of AI tools, what n8n's own code is
 * wrapped in, and the names that combining uses.
 */
const REFUSED_NAMES: ReadonlySet<string> = new Set([
	...['$parameter', '$rawParameter', '$self', '$evaluateExpression', '$getPairedItem'],
	...['$fromAI', '$fromAi', '$fromai', '$agentInfo', '$response', '$request', '$pageCount'],
	...['arguments', 'eval', 'global', 'globalThis', 'window', '___n8n_data', '__sanitize'],
	...['attempt__', 'evaluate__', 'isText__', 'value__', 'error__'],
]);

/** Methods that change what they are called on, or that can call such a method. */
const CHANGING_METHODS: ReadonlySet<string> = new Set([
	...['sort', 'reverse', 'push', 'pop', 'shift', 'unshift', 'splice', 'fill', 'copyWithin'],
	...['assign', 'defineProperty', 'defineProperties', 'setPrototypeOf', 'freeze', 'seal'],
	...['preventExtensions', 'call', 'apply', 'bind', 'setDate', 'setFullYear', 'setHours'],
	...['setMilliseconds', 'setMinutes', 'setMonth', 'setSeconds', 'setTime', 'setYear'],
	...['setUTCDate', 'setUTCFullYear', 'setUTCHours', 'setUTCMilliseconds', 'setUTCMinutes'],
	...['setUTCMonth', 'setUTCSeconds', 'add', 'clear', 'delete'],
]);

/** n8n's methods that use `in`. */
const ASKING_METHODS: ReadonlySet<string> = new Set(['hasField', 'removeField', 'smartJoin']);

/** Methods that give a list of their own, which nobody else sees. */
const MAKERS: ReadonlySet<string> = new Set([
	...['map', 'filter', 'slice', 'split', 'concat', 'flat', 'flatMap', 'keys', 'values', 'entries'],
]);

/** Whether an expression may be evaluated together with others without a difference to either. */
export function isCombinable(expression: Node): boolean {
	return isEvery(expression as AnyNode, isNodeCombinable) && isGuarded(expression);
}

/** Names that n8n leaves to JavaScript (@n8n/tournament, `EXEMPT_IDENTIFIER_LIST`). */
const EXEMPT = new Set(['isFinite', 'isNaN', 'NaN', 'Date', 'RegExp', 'Math', 'undefined']);

/** Whether n8n swallows what it throws (@n8n/tournament, `shouldWrapInTry`). */
function isGuarded(expression: Node): boolean {
	return !isEvery(expression as AnyNode, (node) =>
		node.type === 'Identifier'
			? EXEMPT.has(node.name)
			: node.type !== 'MemberExpression' && node.type !== 'CallExpression',
	);
}

function isNodeCombinable(node: AnyNode): boolean {
	if (!KNOWN_SYNTAX.has(node.type)) return false;
	switch (node.type) {
		case 'Identifier':
			return !REFUSED_NAMES.has(node.name);
		case 'MemberExpression':
			// With such a key n8n refuses all of the code, not only this part.
			return isSafeObjectProperty(methodOf(node.property, node.computed) ?? '');
		case 'BinaryExpression':
			// In the isolate, data that has been asked for a key is said to have it from then on.
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
	const method = methodOf(callee.property, callee.computed);
	if (method === undefined || ASKING_METHODS.has(method)) return false;
	if (!CHANGING_METHODS.has(method)) return true;
	return method === 'assign' ? first?.type === 'ObjectExpression' : isNew(callee.object);
}

/** Whether a value was made within the expression. */
function isNew(node: Expression | Super): boolean {
	if (node.type === 'ArrayExpression' || node.type === 'NewExpression') return true;
	if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
	const method = methodOf(node.callee.property, node.callee.computed);
	return method !== undefined && MAKERS.has(method);
}

function methodOf(property: Node, computed: boolean): string | undefined {
	const known = property as AnyNode;
	if (!computed) return known.type === 'Identifier' ? known.name : undefined;
	return known.type === 'Literal' ? String(known.value) : undefined;
}
