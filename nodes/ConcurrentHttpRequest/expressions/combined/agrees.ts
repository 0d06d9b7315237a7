import { isDeepStrictEqual } from 'node:util';
import get from 'lodash/get';
import type { CompiledParameter } from '../compileParameter';
import { isDateTime } from '../values/plainData';
import { LEFT_TO_ENGINE } from '../values/signals';

/**
 * Whether values of a parameter's expressions are those that n8n returned for the whole parameter. Of
 * expressions that depend on the time or on chance, only the kinds of value are compared; the node
 * itself evaluates none of those.
 *
 * @param own the values that the node itself has computed, `LEFT_TO_ENGINE` for others
 */
export function agrees(
	parameter: CompiledParameter,
	values: readonly unknown[],
	own: readonly unknown[],
	whole: unknown,
): boolean {
	const comparable = values.map((value, index) => {
		const { combinable, path } = parameter.expressions[index] ?? {};
		if (own[index] !== LEFT_TO_ENGINE || !combinable?.isVolatile || !path) return value;
		const other: unknown = path.length === 0 ? whole : get(whole, path);
		return kindOf(value) === kindOf(other) ? other : value;
	});
	return isDeepStrictEqual(parameter.assemble(comparable), whole);
}

function kindOf(value: unknown): string {
	if (isDateTime(value)) return 'DateTime';
	return typeof value === 'object' ? Object.prototype.toString.call(value) : typeof value;
}
