import type { CallExpression, Expression, SpreadElement } from 'acorn';
import { isExtensionName } from '../language/extensionSyntax';
import { globalFunctions, staticFunctions } from '../methods/globals';
import { arrayMethods, booleanMethods, numberMethods, stringMethods } from '../methods/methods';
import { isObject } from '../values/plainData';
import { failPart, failWithoutMethod, leaveToEngine } from '../values/signals';
import { toText } from '../values/text';
import { compileCallbackMethod, isCallback } from './callbacks';
import type { CompileContext, Evaluator, ExpressionScope } from './context';
import { compileReceiver, SKIPPED, staticName } from './members';
import { compileRegularExpressionCall } from './regularExpressions';

/** Calls of JavaScript's own functions and methods. */
export function compileCall(node: CallExpression, context: CompileContext): Evaluator {
	const { callee } = node;
	if (node.optional) return leaveToEngine();
	if (callee.type === 'Identifier') {
		return compileFunction(globalFunctions.get(callee.name), node, context);
	}
	if (callee.type !== 'MemberExpression' || callee.computed) return leaveToEngine();
	if (callee.property.type !== 'Identifier') return leaveToEngine();
	const method = callee.property.name;
	const global = staticName(callee);
	if (global !== undefined && staticFunctions.has(global) && !callee.optional) {
		return compileFunction(staticFunctions.get(global), node, context);
	}
	// n8n has a method of its own with that name, for some type of receiver.
	if (isExtensionName(method) || callee.object.type === 'Super') return leaveToEngine();
	const byRegularExpression = compileRegularExpressionCall(node, callee, method, context);
	if (byRegularExpression) return byRegularExpression;
	const receiver = compileReceiver(callee.object, callee.optional, context);
	const [first, ...rest] = node.arguments;
	if (first && isCallback(first)) {
		return compileCallbackMethod(method, receiver, first, compileArguments(rest, context), context);
	}
	return compileMethod(method, receiver, compileArguments(node.arguments, context));
}

type Arguments = (scope: ExpressionScope) => unknown[];

/** Spread arguments are not supported. */
function compileArguments(
	nodes: ReadonlyArray<Expression | SpreadElement>,
	context: CompileContext,
): Arguments {
	const compiled = nodes.map((node) => context.compile(node, context));
	return (scope) => compiled.map((argument) => argument(scope));
}

function compileFunction(
	call: ((args: readonly unknown[]) => unknown) | undefined,
	node: CallExpression,
	context: CompileContext,
): Evaluator {
	if (!call) return leaveToEngine();
	const args = compileArguments(node.arguments, context);
	return (scope) => call(args(scope));
}

function compileMethod(method: string, receiver: Evaluator, args: Arguments): Evaluator {
	const ofString = stringMethods.get(method);
	const ofNumber = numberMethods.get(method);
	const ofBoolean = booleanMethods.get(method);
	const ofArray = arrayMethods.get(method);
	if (!ofString && !ofNumber && !ofBoolean && !ofArray) return leaveToEngine();
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
