import type { ArrowFunctionExpression, Expression, SpreadElement } from 'acorn';
import { parametersOf } from '../language/syntax';
import { globalFunctions } from '../methods/globals';
import { callbackMethods } from '../methods/methods';
import { elementsOf } from '../values/plainData';
import { failPart, failWithoutMethod, leaveToEngine } from '../values/signals';
import type { CompileContext, Evaluator, ExpressionScope } from './context';
import { SKIPPED } from './members';

/** Elements for which a function is called here; longer arrays are left to the engine. */
const MAX_CALLS = 1_000;

/** Functions that look at their first argument only. */
const NAMED_CALLBACKS = new Set(['Boolean', 'Number', 'String']);

export function isCallback(node: Expression | SpreadElement): node is Expression {
	return (
		node.type === 'ArrowFunctionExpression' ||
		(node.type === 'Identifier' && NAMED_CALLBACKS.has(node.name))
	);
}

/** `list.map((entry) => entry.id)`, `list.filter(Boolean)` and the like. */
export function compileCallbackMethod(
	name: string,
	receiver: Evaluator,
	callback: Expression,
	rest: (scope: ExpressionScope) => unknown[],
	context: CompileContext,
): Evaluator {
	// Nested callbacks could take long, and only the engine has a time limit.
	const method = context.locals.size === 0 ? callbackMethods.get(name) : undefined;
	if (!method) return leaveToEngine();
	const call = compileCallback(callback, name, context);
	return (scope) => {
		const value = receiver(scope);
		if (value === SKIPPED) return SKIPPED;
		if (value === undefined || value === null) return failPart();
		const values = rest(scope);
		if (!Array.isArray(value)) return failWithoutMethod(value, name);
		if (value.length > MAX_CALLS) return leaveToEngine();
		return method(elementsOf(value), (...args) => call(scope, args), values);
	};
}

type CompiledCallback = (scope: ExpressionScope, args: readonly unknown[]) => unknown;

function compileCallback(
	node: Expression,
	method: string,
	context: CompileContext,
): CompiledCallback {
	if (node.type === 'ArrowFunctionExpression') return compileArrow(node, context);
	const named = node.type === 'Identifier' ? globalFunctions.get(node.name) : undefined;
	if (!named || method === 'reduce') return leaveToEngine();
	return (_scope, args) => named(args.slice(0, 1));
}

function compileArrow(node: ArrowFunctionExpression, context: CompileContext): CompiledCallback {
	const names = parametersOf(node) ?? leaveToEngine();
	// Callbacks get the element and its index (in `reduce` after the sum), but not the array.
	if (names.length > 2 || names.some((name) => context.locals.has(name))) return leaveToEngine();
	const parameters = names.map((name): [string, { value: unknown }] => [
		name,
		{ value: undefined },
	]);
	const locals = new Map([...context.locals, ...parameters]);
	const body = context.compile(node.body, { ...context, locals });
	return (scope, args) => {
		parameters.forEach(([, local], index) => (local.value = args[index]));
		return body(scope);
	};
}
