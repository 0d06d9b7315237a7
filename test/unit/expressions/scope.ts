import type {
	CompiledExpression,
	ExpressionScope,
} from '../../../nodes/ConcurrentHttpRequest/expressions/index.ts';
import {
	compileExpression,
	RunConstants,
} from '../../../nodes/ConcurrentHttpRequest/expressions/index.ts';

/** An item's scope, without an engine. */
export function scopeOf(json: unknown, scope: Partial<ExpressionScope> = {}): ExpressionScope {
	const constants = new RunConstants(() => {
		throw new Error('There is no engine in this test');
	});
	return { json, itemIndex: 0, inputItem: { json }, constants, ...scope };
}

/** The compiled expression; throws where there is none. */
export function compiled(raw: string): CompiledExpression {
	const expression = compileExpression(raw);
	if (!expression) throw new Error(`Not compiled: ${raw}`);
	return expression;
}

/** The value that an expression has for an item. */
export function valueOf(
	raw: string,
	json: unknown = {},
	scope: Partial<ExpressionScope> = {},
): unknown {
	return compiled(raw).evaluate(scopeOf(json, scope));
}
