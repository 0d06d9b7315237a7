import type { AnyNode, ArrowFunctionExpression, Node } from 'acorn';
import { globalFunctions } from '../methods/globals';
import { words } from '../values/text';

/** The nodes directly below one. */
export function childrenOf(node: AnyNode): AnyNode[] {
	const values = Object.values(node).flat() as unknown[];
	return values.filter(
		(value): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value,
	);
}

/** Whether something holds for a node and for all below it. */
export function isEvery(node: AnyNode, holds: (node: AnyNode) => boolean): boolean {
	return holds(node) && childrenOf(node).every((child) => isEvery(child, holds));
}

/** The key of a property or a member, where it stands in the code. */
export function keyOf(key: Node, computed: boolean): string | undefined {
	const known = key as AnyNode;
	if (known.type === 'Literal') return String(known.value);
	return known.type === 'Identifier' && !computed ? known.name : undefined;
}

/** n8n refuses names that begin with two underscores. */
const PARAMETER = /^(?!__)[A-Za-z_]\w*$/;

/** Names that n8n does not look up as it does others (@n8n/tournament, `VariablePolyfill`). */
const RESERVED = new Set([
	...words('undefined NaN Infinity isFinite isNaN Date RegExp Math global window globalThis'),
	...words('arguments eval E Object Array JSON'),
	...globalFunctions.keys(),
]);

/** The parameters of an arrow function `(a, b) => expression`; `undefined` for any other function. */
export function parametersOf(node: ArrowFunctionExpression): string[] | undefined {
	const names = node.params.flatMap((parameter) =>
		parameter.type === 'Identifier' && PARAMETER.test(parameter.name) ? parameter.name : [],
	);
	const usable = new Set(names.filter((name) => !RESERVED.has(name)));
	const isKnown = usable.size === node.params.length && node.expression && !node.async;
	return isKnown ? names : undefined;
}
