import { type Combinable, combinableOf } from './combined/combinable';
import type { ExpressionScope } from './compile/context';
import { type CompiledExpression, compileExpression } from './compileExpression';
import { LEFT_TO_ENGINE } from './values/signals';

/** One expression of a parameter. */
export interface ParameterExpression {
	/** How to evaluate it without n8n's engine; `undefined` where only that can. */
	readonly compiled: CompiledExpression | undefined;
	/** How the engine evaluates it together with others; `undefined` where it has to stand alone. */
	readonly combinable: Combinable | undefined;
	/** Where it stands within the parameter: names of fields, indexes of lists. */
	readonly path: ReadonlyArray<string | number>;
}

/** A parameter with every expression in it: a text, or lists and objects of texts. */
export interface CompiledParameter {
	readonly expressions: readonly ParameterExpression[];
	/** Whether the value may differ between the items of a run. */
	readonly dependsOnItem: boolean;
	/** Makes the parameter's value of those of its expressions, in order. */
	assemble(values: readonly unknown[]): unknown;
}

/**
 * Compiles every expression within a parameter.
 *
 * @param raw as it stands in the workflow
 * @returns `undefined` where the engine has to evaluate one of them alone, because n8n gives a node a
 * parameter as a whole
 */
export function compileParameter(raw: unknown): CompiledParameter | undefined {
	const expressions: ParameterExpression[] = [];
	const assemble = compileValue(raw, [], expressions);
	if (expressions.some(({ compiled, combinable }) => !compiled && !combinable)) return undefined;
	const dependsOnItem = expressions.some(({ compiled }) => compiled?.dependsOnItem !== false);
	return { expressions, dependsOnItem, assemble };
}

/** The values that need no engine for this item; `LEFT_TO_ENGINE` in place of the others. */
export function ownValues({ expressions }: CompiledParameter, scope: ExpressionScope): unknown[] {
	return expressions.map(({ compiled }) => (compiled ? compiled.evaluate(scope) : LEFT_TO_ENGINE));
}

function compileValue(
	raw: unknown,
	path: ParameterExpression['path'],
	expressions: ParameterExpression[],
): CompiledParameter['assemble'] {
	if (typeof raw === 'string' && raw.startsWith('=')) {
		const index = expressions.length;
		expressions.push({ compiled: compileExpression(raw), combinable: combinableOf(raw), path });
		return (values) => values[index];
	}
	if (typeof raw !== 'object' || raw === null) return () => raw;
	if (Array.isArray(raw)) {
		const elements = raw.map((each, index) => compileValue(each, [...path, index], expressions));
		return (values) => elements.map((element) => element(values));
	}
	const entries = Object.entries(raw).map(
		([name, value]) => [name, compileValue(value, [...path, name], expressions)] as const,
	);
	return (values) => Object.fromEntries(entries.map(([name, value]) => [name, value(values)]));
}
