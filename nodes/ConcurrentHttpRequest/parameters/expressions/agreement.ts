import { isDeepStrictEqual } from 'node:util';
import { type CompiledParameter, isDateTime } from '../../expressions';

/**
 * Whether values of a parameter's expressions are those that n8n gave for the whole parameter.
 * What depends on the time or on chance differs between two evaluations; of that, the kinds of
 * value are compared.
 */
export function agrees(
	parameter: CompiledParameter,
	values: readonly unknown[],
	whole: unknown,
): boolean {
	if (isDeepStrictEqual(parameter.assemble(values), whole)) return true;
	if (!parameter.expressions.some(({ byEngine }) => byEngine?.isVolatile)) return false;
	const kinds = parameter.assemble(
		values.map((value, index) =>
			parameter.expressions[index]?.byEngine?.isVolatile ? new Kind(value) : value,
		),
	);
	return isAlike(kinds, whole);
}

/** Stands for any value of its kind. */
class Kind {
	readonly kind: string;

	constructor(value: unknown) {
		this.kind = kindOf(value);
	}
}

function kindOf(value: unknown): string {
	if (isDateTime(value)) return 'DateTime';
	return typeof value === 'object' ? Object.prototype.toString.call(value) : typeof value;
}

function isAlike(expected: unknown, value: unknown): boolean {
	if (expected instanceof Kind) return expected.kind === kindOf(value);
	if (!isParent(expected) || !isParent(value)) return isDeepStrictEqual(expected, value);
	const names = Object.keys(expected);
	return (
		isDeepStrictEqual(names, Object.keys(value)) &&
		names.every((name) => isAlike(expected[name], value[name]))
	);
}

function isParent(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !isDateTime(value);
}
