import type { ArrowFunctionExpression, Node } from 'acorn';
import { globalFunctions } from '../methods/globals';
import { unsupported } from '../signals';
import type { CompileContext, Local } from './CompileContext';
import type { Evaluator } from './Evaluator';

/** n8n refuses names of its own, which begin with two underscores and more. */
const PARAMETER = /^(?!__)[A-Za-z_]\w*$/;

/** Names that n8n does not look up as it does others (@n8n/tournament, `VariablePolyfill`). */
const RESERVED = new Set([
	...['undefined', 'NaN', 'Infinity', 'isFinite', 'isNaN', 'Date', 'RegExp', 'Math'],
	...['global', 'window', 'globalThis', 'arguments', 'eval', 'E'],
	...['Object', 'Array', 'JSON'],
]);

function isReserved(name: string): boolean {
	return RESERVED.has(name) || globalFunctions.has(name);
}

export function isArrow(node: Node): node is ArrowFunctionExpression {
	return node.type === 'ArrowFunctionExpression';
}

/** The names of an arrow function's parameters, where these are nothing but names. */
export function parametersOf(node: ArrowFunctionExpression): string[] | undefined {
	const names = node.params.map((parameter) =>
		parameter.type === 'Identifier' && PARAMETER.test(parameter.name) ? parameter.name : undefined,
	);
	const plain = names.filter((name) => name !== undefined && !isReserved(name));
	const distinct = new Set(plain).size === names.length;
	return distinct && node.expression && !node.async ? (plain as string[]) : undefined;
}

/** `(item, index) => expression`. It can be called only while the method that it is given to runs. */
export function compileArrow(
	node: ArrowFunctionExpression,
	context: CompileContext,
): (scope: Parameters<Evaluator>[0], args: readonly unknown[]) => unknown {
	const names = parametersOf(node) ?? unsupported();
	// Methods hand over the element and its index, after the sum in `reduce`; not the array.
	if (names.length > 2 || names.some((name) => context.locals.has(name))) return unsupported();
	const parameters = names.map((name): [string, Local] => [name, { value: undefined }]);
	const locals = new Map([...context.locals, ...parameters]);
	const body = context.compile(node.body, { ...context, locals });
	return (scope, args) => {
		parameters.forEach(([, local], index) => (local.value = args[index]));
		try {
			return body(scope);
		} finally {
			// What is compiled outlives the run; what it has worked on does not.
			for (const [, local] of parameters) local.value = undefined;
		}
	};
}
