import type { AnyNode, Identifier, Literal, Node, TemplateLiteral } from 'acorn';
import { constancyOf } from '../language/constancy';
import { isExtended, mentionsExtension } from '../language/extensionSyntax';
import { isObject, plain } from '../values/plainData';
import { leaveToEngine } from '../values/signals';
import { toText } from '../values/text';
import { compileCall } from './calls';
import { compileArray, compileObject } from './collections';
import type { CompileContext, Evaluator } from './context';
import { compileChain, compileMember } from './members';
import { compileBinary, compileConditional, compileLogical, compileUnary } from './operators';

/** Compiles a node. The cases here are the supported part of the language. */
export function compileNode(node: Node, context: CompileContext): Evaluator {
	return compileRunConstant(node, context) ?? compileByType(node as AnyNode, context);
}

function compileByType(node: AnyNode, context: CompileContext): Evaluator {
	switch (node.type) {
		case 'Literal':
			return compileLiteral(node);
		case 'TemplateLiteral':
			return compileTemplateLiteral(node, context);
		case 'Identifier':
			return compileIdentifier(node, context);
		case 'MemberExpression':
			return compileMember(node, context);
		case 'ChainExpression':
			return compileChain(node, context);
		case 'CallExpression':
			return compileCall(node, context);
		case 'UnaryExpression':
			return compileUnary(node, context);
		case 'BinaryExpression':
			return compileBinary(node, context);
		case 'LogicalExpression':
			return compileLogical(node, context);
		case 'ConditionalExpression':
			return compileConditional(node, context);
		case 'ArrayExpression':
			return compileArray(node, context);
		case 'ObjectExpression':
			return compileObject(node, context);
		default:
			return leaveToEngine();
	}
}

/**
 * A part of an expression that is the same for every item of the run; the engine evaluates it once, as
 * an expression of its own.
 *
 * @returns `undefined` for any other node
 */
function compileRunConstant(node: Node, context: CompileContext): Evaluator | undefined {
	if (constancyOf(node) !== 'run') return undefined;
	const code = context.source.slice(node.start, node.end);
	if (!meansTheSameAlone(code, context)) return leaveToEngine();
	const expression = `{{ ${code} }}`;
	return ({ constants }) => {
		const value = plain(constants.get(expression));
		// Alone, a failure gives `undefined`. Within an expression, it makes all of it `undefined`.
		return value === undefined ? leaveToEngine() : value;
	};
}

/** n8n looks at all code of a parameter to decide whether it rewrites each part. */
function meansTheSameAlone(code: string, { extended }: CompileContext): boolean {
	// n8n takes a leading brace in rewritten code for that of a block.
	if (code.startsWith('{') && isExtended([code])) return false;
	if (isExtended([code]) === extended) return true;
	return !code.includes('?.') && !mentionsExtension(code);
}

/** Strings, numbers, `true`, `false`, `null`. */
function compileLiteral({ value }: Literal): Evaluator {
	const isKnown = value === null || ['string', 'number', 'boolean'].includes(typeof value);
	return isKnown ? () => value : leaveToEngine();
}

/** `${...}` between backticks. */
function compileTemplateLiteral(node: TemplateLiteral, context: CompileContext): Evaluator {
	const [first = '', ...rest] = node.quasis.map(({ value }) => value.cooked ?? leaveToEngine());
	const expressions = node.expressions.map((expression) => context.compile(expression, context));
	return (scope) =>
		expressions.reduce(
			(text, expression, index) => text + toText(expression(scope)) + (rest[index] ?? ''),
			first,
		);
}

/** Parameters of arrow functions, `$json`, `$itemIndex`, constants of JavaScript. */
function compileIdentifier({ name }: Identifier, context: CompileContext): Evaluator {
	const local = context.locals.get(name);
	if (local) return () => local.value;
	switch (name) {
		case 'undefined':
			return () => undefined;
		case 'NaN':
			return () => NaN;
		case 'Infinity':
			return () => Infinity;
		case '$json':
			context.found.dependsOnItem = true;
			return ({ json }) => (isObject(json) ? plain(json) : leaveToEngine());
		case '$itemIndex':
			context.found.dependsOnItem = true;
			return ({ itemIndex }) => itemIndex;
		default:
			return leaveToEngine();
	}
}
