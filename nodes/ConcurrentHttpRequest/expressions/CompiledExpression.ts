import type { RunConstants } from './RunConstants';

/** Returned in place of a value: what the engine would give for this item is not known. */
export const STEP_ASIDE: unique symbol = Symbol('step aside');

/** What an expression can refer to, for one item. */
export interface ExpressionScope {
	/** `$json` */
	readonly json: unknown;
	/** `$itemIndex` */
	readonly itemIndex: number;
	/**
	 * `$input.item`: the whole item, or its JSON in a workflow whose setting `binaryMode` is
	 * `combined`. Where it is left out, expressions with `$input.item` step aside.
	 */
	readonly inputItem?: unknown;
	/** What is the same for every item, from the engine. One for a run. */
	readonly constants: RunConstants;
}

/** A parameter text that can be evaluated without n8n's engine, for most items at least. */
export interface CompiledExpression {
	/** Whether the value may differ between the items of a run. */
	readonly dependsOnItem: boolean;
	/**
	 * What the engine has to evaluate, once a run; texts as `evaluateExpression` takes them. Empty
	 * where the engine is not needed at all.
	 */
	readonly runConstants: readonly string[];
	/**
	 * The value that the engine would give, as a copy where it is an object, or `STEP_ASIDE`. Never
	 * throws.
	 */
	evaluate(scope: ExpressionScope): unknown;
}
