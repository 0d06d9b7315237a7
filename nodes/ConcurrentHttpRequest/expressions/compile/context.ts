import type { Node } from 'acorn';
import type { RunConstants } from '../RunConstants';

/** What an expression can refer to, for one item. */
export interface ExpressionScope {
	/** `$json` */
	readonly json: unknown;
	/** `$itemIndex` */
	readonly itemIndex: number;
	/**
	 * `$input.item`: the whole item, or its JSON in a workflow whose setting `binaryMode` is
	 * `combined`. Where it is left out, expressions with `$input.item` are left to the engine.
	 */
	readonly inputItem?: unknown;
	/** Values that are the same for every item. One object for each run. */
	readonly constants: RunConstants;
}

/** A compiled node of the syntax tree: gives its value for one item, or throws a signal. */
export type Evaluator = (scope: ExpressionScope) => unknown;

/** What compiling one `{{ }}` needs to know, and what it finds out. */
export interface CompileContext {
	/** The code that positions of nodes refer to. */
	readonly source: string;
	/** Whether n8n rewrites the parameter's code (see `isExtended`). */
	readonly extended: boolean;
	/** Parameters of the surrounding arrow functions, with their values while these are called. */
	readonly locals: ReadonlyMap<string, { value: unknown }>;
	/** Compiles a node; calls `leaveToEngine()` where only the engine can evaluate it. */
	readonly compile: (node: Node, context: CompileContext) => Evaluator;
	/** What has been found out about the parameter so far. */
	readonly found: { dependsOnItem: boolean };
}
