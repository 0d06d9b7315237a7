import type { ExpressionScope } from '../CompiledExpression';

/** A node of the syntax tree, compiled: its value for one item. Throws the signals. */
export type Evaluator = (scope: ExpressionScope) => unknown;
