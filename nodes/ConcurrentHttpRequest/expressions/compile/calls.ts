import type { ArrowFunctionExpression, CallExpression, Expression, SpreadElement } from 'acorn';
import { isExtensionName } from '../language/extensionSyntax';
import { arrayMethods, callbackMethods } from '../methods/arrays';
import { globalFunctions, staticFunctions } from '../methods/globals';
import { booleanMethods, numberMethods } from '../methods/scalars';
import { stringMethods } from '../methods/strings';
import { failPart, stepAside, unsupported } from '../signals';
import { isObject } from '../values/plainData';
import { toText } from '../values/toText';
import { compileArrow, isArrow } from './arrows';
import type { CompileContext } from './CompileContext';
import type { Evaluator } from './Evaluator';
import { compileReceiver, SKIPPED, staticName } from './members';
import { compileRegularExpressionCall } from './regularExpressions';

/** Calls of functions and methods of JavaScript's own. */
export function compileCall(node: CallExpression, context: CompileContext): Evaluator {
	const { callee } = node;
	if (node.optional) return unsupported();
	if (callee.type === 'Identifier') {
		return compileFunction(globalFunctions.get(callee.name), node, context);
	}
	if (callee.type !== 'MemberExpression' || callee.computed) return unsupported();
	if (callee.property.type !== 'Identifier') return unsupported();
	const method = callee.property.name;
	const global = staticName(callee);
	if (global !== undefined && staticFunctions.has(global) && !callee.optional) {
		return compileFunction(staticFunctions.get(global), node, context);
	}
	// n8n has something of its own for such a name, for some type of receiver.
	if (isExtensionName(method)) return unsupported();
	if (callee.object.type === 'Super') return unsupported();
	const byRegularExpression = compileRegularExpressionCall(node, callee, method, context);
	if (byRegularExpression) return byRegularExpression;
	const receiver = compileReceiver(callee.object, callee.optional, context);
	const [first, ...rest] = node.arguments;
	if (first && isCallback(first)) {
		return compileCallbackMethod(method, receiver, first, compileArguments(rest, context), context);
	}
	return compileMethod(method, receiver, compileArguments(node.arguments, context));
}

/** The arguments, one by one; spread ones are not known. */
function compileArguments(
	nodes: ReadonlyArray<Expression | SpreadElement>,
	context: CompileContext,
): (scope: Parameters<Evaluator>[0]) => unknown[] {
	const compiled = nodes.map((node) => context.compile(node, context));
	return (scope) => compiled.map((argument) => argument(scope));
}

function compileFunction(
	call: ((args: readonly unknown[]) => unknown) | undefined,
	node: CallExpression,
	context: CompileContext,
): Evaluator {
	if (!call) return unsupported();
	const args = compileArguments(node.arguments, context);
	return (scope) => call(args(scope));
}

function compileMethod(
	method: string,
	receiver: Evaluator,
	args: ReturnType<typeof compileArguments>,
): Evaluator {
	const ofString = stringMethods.get(method);
	const ofNumber = numberMethods.get(method);
	const ofBoolean = booleanMethods.get(method);
	const ofArray = arrayMethods.get(method);
	if (!ofString && !ofNumber && !ofBoolean && !ofArray) return unsupported();
	return (scope) => {
		const value = receiver(scope);
		if (value === SKIPPED) return SKIPPED;
		if (value === undefined || value === null) return failPart();
		const values = args(scope);
		if (typeof value === 'string' && ofString) return ofString(value, values);
		if (typeof value === 'number' && ofNumber) return ofNumber(value, values);
		if (typeof value === 'boolean' && ofBoolean) return ofBoolean(value, values);
		if (Array.isArray(value) && ofArray) return ofArray(value, values);
		if (isObject(value) && method === 'toString') return toText(value);
		return failWithoutMethod(value, method);
	};
}

/** A method that a value does not have fails; one that is not known here is left to the engine. */
function failWithoutMethod(value: unknown, method: string): never {
	const object: unknown = Object(value);
	return isObject(object) && !(method in object) ? failPart() : stepAside();
}

/** Elements that a function is called for here; longer lists are left to the engine. */
const MOST_CALLS = 1_000;

type CallbackNode = ArrowFunctionExpression | Expression;

/** Functions that are called with a value each and look at no other argument. */
const NAMED_CALLBACKS = new Set(['Boolean', 'Number', 'String']);

function isCallback(node: Expression | SpreadElement): node is CallbackNode {
	return isArrow(node) || (node.type === 'Identifier' && NAMED_CALLBACKS.has(node.name));
}

function compileCallbackMethod(
	name: string,
	receiver: Evaluator,
	callback: CallbackNode,
	rest: ReturnType<typeof compileArguments>,
	context: CompileContext,
): Evaluator {
	// Within one another they could take long, and only the engine has a time limit.
	const method = context.locals.size === 0 ? callbackMethods.get(name) : undefined;
	if (!method) return unsupported();
	const call = compileCallback(callback, name, context);
	return (scope) => {
		const value = receiver(scope);
		if (value === SKIPPED) return SKIPPED;
		if (value === undefined || value === null) return failPart();
		const values = rest(scope);
		if (!Array.isArray(value)) return failWithoutMethod(value, name);
		if (value.length > MOST_CALLS) return stepAside();
		return method(value, (...args) => call(scope, args), values);
	};
}

function compileCallback(
	node: CallbackNode,
	method: string,
	context: CompileContext,
): (scope: Parameters<Evaluator>[0], args: readonly unknown[]) => unknown {
	if (isArrow(node)) return compileArrow(node, context);
	const named = node.type === 'Identifier' ? globalFunctions.get(node.name) : undefined;
	if (!named || method === 'reduce') return unsupported();
	return (_scope, args) => named(args.slice(0, 1));
}
