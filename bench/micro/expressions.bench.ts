import {
	compileExpression,
	compileParameter,
	ownValues,
	RunConstants,
	LEFT_TO_ENGINE,
} from '../../nodes/ConcurrentHttpRequest/expressions';
import { everydayExpressions } from '../../test/workflow/expressionResolver/support/everydayExpressions';
import { everydayItems } from '../../test/workflow/expressionResolver/support/everydayItems';
import { itemOf } from '../peers/items';
import { requestParameters } from '../peers/requests';
import type { Subject } from './measure';

const constants = new RunConstants(() => {
	throw new Error('None of these needs n8n');
});

const simple = requestParameters('simple', 'http://127.0.0.1:8080/20/1k/');
const everyday = requestParameters('everyday', 'http://127.0.0.1:8080/20/1k/');

/** Evaluates a parameter for one item, compiled beforehand as in a run. */
function evaluating(name: string, raw: unknown): Subject {
	const compiled = compileParameter(raw);
	if (!compiled) throw new Error(`${name} is left to the engine`);
	const run = (index: number) =>
		compiled.assemble(ownValues(compiled, { json: itemOf(index), itemIndex: index, constants }));
	return { name, run };
}

export const title = 'evaluating a parameter without the engine';

export const subjects: Subject[] = [
	evaluating('URL with {{ $json.id }}', simple.url),
	evaluating('URL with encodeURIComponent($json.s)', everyday.url),
	evaluating('header with $json.s.toUpperCase()', everyday.headerParameters),
	evaluating('body with JSON.stringify({ ... })', everyday.jsonBody),
	{ name: 'compiling that body, once a run', run: () => compileParameter(everyday.jsonBody) },
];

/**
 * The share, 0 to 1, of expressions of the kinds that people write that need no engine for an item:
 * of all pairs of the tests' lists of expressions and of items.
 */
export function resolvedShare(): number {
	// What is the same for every item is asked of the engine once a run: here it is some text.
	const known = new RunConstants(() => 'text');
	const expressions = Object.values(everydayExpressions).flat();
	const resolved = expressions.flatMap((raw) => {
		const compiled = compileExpression(raw);
		return everydayItems.map((item, itemIndex) => {
			const scope = { json: item.json, itemIndex, inputItem: item, constants: known };
			return compiled !== undefined && compiled.evaluate(scope) !== LEFT_TO_ENGINE;
		});
	});
	return resolved.filter(Boolean).length / resolved.length;
}
