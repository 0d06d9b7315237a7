import { STEP_ASIDE, type CompiledExpression, type ExpressionScope } from './CompiledExpression';
import { compileExpression } from './compileExpression';

/** A parameter with everything in it: texts, lists and objects of them. */
export type CompiledParameter = Pick<CompiledExpression, 'dependsOnItem' | 'evaluate'>;

/**
 * Compiles every expression within a parameter, once a run.
 *
 * @param raw as it stands in the workflow
 * @returns `undefined` where one of them has to be left to the engine, because n8n's engine treats
 * a parameter as a whole
 */
export function compileParameter(raw: unknown): CompiledParameter | undefined {
	if (typeof raw === 'string' && raw.startsWith('=')) return compileExpression(raw);
	if (typeof raw !== 'object' || raw === null) return constant(raw);
	const entries: Array<readonly [string, CompiledParameter]> = [];
	for (const [name, value] of Object.entries(raw)) {
		const compiled = compileParameter(value);
		if (!compiled) return undefined;
		entries.push([name, compiled]);
	}
	return {
		dependsOnItem: entries.some(([, { dependsOnItem }]) => dependsOnItem),
		evaluate: (scope) => evaluateAll(entries, Array.isArray(raw), scope),
	};
}

function constant(value: unknown): CompiledParameter {
	return { dependsOnItem: false, evaluate: () => value };
}

function evaluateAll(
	entries: Array<readonly [string, CompiledParameter]>,
	isList: boolean,
	scope: ExpressionScope,
): unknown {
	const values: Array<[string, unknown]> = [];
	for (const [name, { evaluate }] of entries) {
		const value = evaluate(scope);
		if (value === STEP_ASIDE) return STEP_ASIDE;
		values.push([name, value]);
	}
	return isList ? values.map(([, value]) => value) : Object.fromEntries(values);
}
