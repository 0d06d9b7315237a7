import type { AnyNode, Node } from 'acorn';
import { IMPURE_EXTENSIONS } from './constancy';
import { isEvery } from './syntaxTree';

const VOLATILE_NAMES: ReadonlySet<string> = new Set([
	...['$now', '$today', 'Date', 'DateTime', 'Interval', 'random', ...IMPURE_EXTENSIONS],
]);

/** Whether two evaluations of the same expression may differ, by the time or by chance. */
export function isVolatile(expression: Node): boolean {
	return !isEvery(
		expression as AnyNode,
		(node) => node.type !== 'Identifier' || !VOLATILE_NAMES.has(node.name),
	);
}
