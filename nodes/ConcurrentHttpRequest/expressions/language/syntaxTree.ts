import type { AnyNode } from 'acorn';

/** The nodes right below one. */
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
