import type { Identifier } from 'acorn';
import { stepAside, unsupported } from '../signals';
import { isObject, plain } from '../values/plainData';
import type { CompileContext } from './CompileContext';
import type { Evaluator } from './Evaluator';

const CONSTANTS = new Map<string, unknown>([
	['undefined', undefined],
	['NaN', NaN],
	['Infinity', Infinity],
]);

/** Names: parameters of arrow functions, `$json`, `$itemIndex`, constants of JavaScript. */
export function compileIdentifier({ name }: Identifier, context: CompileContext): Evaluator {
	const local = context.locals.get(name);
	if (local) return () => local.value;
	if (CONSTANTS.has(name)) {
		const value = CONSTANTS.get(name);
		return () => value;
	}
	if (name === '$json') {
		context.found.dependsOnItem = true;
		return ({ json }) => (isObject(json) ? plain(json) : stepAside());
	}
	if (name === '$itemIndex') {
		context.found.dependsOnItem = true;
		return ({ itemIndex }) => itemIndex;
	}
	return unsupported();
}
