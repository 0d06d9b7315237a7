import type { Node } from 'acorn';
import type { Evaluator } from './Evaluator';

/** The parameter of an arrow function, while that is called. */
export interface Local {
	value: unknown;
}

/** What compiling one `{{ }}` of a parameter needs to know, and what it finds out. */
export interface CompileContext {
	/** What positions of nodes refer to. */
	readonly source: string;
	/** Whether n8n rewrites the parameter's code (see `isExtended`). */
	readonly extended: boolean;
	/** Parameters of the arrow functions around. */
	readonly locals: ReadonlyMap<string, Local>;
	/** Compiles a node; `unsupported()` for what only the engine can evaluate. */
	readonly compile: (node: Node, context: CompileContext) => Evaluator;
	readonly found: Findings;
}

/** What is known of an expression once all of it is compiled. */
export interface Findings {
	dependsOnItem: boolean;
	readonly runConstants: Set<string>;
}
