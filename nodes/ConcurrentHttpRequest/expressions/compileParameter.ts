import { STEP_ASIDE, type CompiledExpression, type ExpressionScope } from './CompiledExpression';
import { engineTextOf, type EngineText } from './combine/EngineText';
import { compileExpression } from './compileExpression';

/** One expression of a parameter: a text of its own, or one within lists and objects. */
export interface ParameterExpression {
	/** How to evaluate it without n8n's engine; `undefined` where only that can. */
	readonly own: CompiledExpression | undefined;
	/** How to have the engine evaluate it beside others; `undefined` where it must stand alone. */
	readonly byEngine: EngineText | undefined;
	/** Where it stands; n8n makes texts of dates in objects, and spoils those in lists. */
	readonly place: 'top' | 'property' | 'element';
}

/** A parameter with everything in it: texts, lists and objects of them. */
export interface CompiledParameter {
	readonly expressions: readonly ParameterExpression[];
	/** Whether the value may differ between the items of a run. */
	readonly dependsOnItem: boolean;
	/** The parameter's value, from those of its expressions in their order. */
	assemble(values: readonly unknown[]): unknown;
}

/**
 * Compiles every expression within a parameter, once a run.
 *
 * @param raw as it stands in the workflow
 * @returns `undefined` where one of them has to be evaluated by the engine alone, because n8n gives
 * a node a parameter as a whole
 */
export function compileParameter(raw: unknown): CompiledParameter | undefined {
	const expressions: ParameterExpression[] = [];
	const assemble = compileValue(raw, 'top', expressions);
	if (expressions.some(({ own, byEngine }) => !own && !byEngine)) return undefined;
	const dependsOnItem = expressions.some(({ own }) => own?.dependsOnItem !== false);
	return { expressions, dependsOnItem, assemble };
}

/** What the node can evaluate itself for an item; `STEP_ASIDE` in place of what it cannot. */
export function ownValues({ expressions }: CompiledParameter, scope: ExpressionScope): unknown[] {
	return expressions.map(({ own }) => (own ? own.evaluate(scope) : STEP_ASIDE));
}

type Assemble = CompiledParameter['assemble'];

function compileValue(
	raw: unknown,
	place: ParameterExpression['place'],
	expressions: ParameterExpression[],
): Assemble {
	if (typeof raw === 'string' && raw.startsWith('=')) {
		const index = expressions.length;
		expressions.push({ own: compileExpression(raw), byEngine: engineTextOf(raw), place });
		return (values) => values[index];
	}
	if (typeof raw !== 'object' || raw === null) return () => raw;
	if (Array.isArray(raw)) {
		const elements = raw.map((element) => compileValue(element, 'element', expressions));
		return (values) => elements.map((element) => element(values));
	}
	const entries = Object.entries(raw).map(
		([name, value]) => [name, compileValue(value, 'property', expressions)] as const,
	);
	return (values) => Object.fromEntries(entries.map(([name, value]) => [name, value(values)]));
}
