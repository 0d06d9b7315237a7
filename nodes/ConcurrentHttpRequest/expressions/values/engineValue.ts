import { types } from 'node:util';
import { STEP_ASIDE } from '../CompiledExpression';
import { copyOf, isObject, plain } from './plainData';

/** A date of luxon's, as n8n has it: no other library of that name is loaded for it. */
interface DateTime {
	toString(): string;
}

/** How luxon tells its dates from other objects (`DateTime.isDateTime`), and that it is no copy. */
export function isDateTime(value: unknown): value is DateTime {
	return (
		isObject(value) &&
		!types.isProxy(value) &&
		Reflect.get(value, 'isLuxonDateTime') === true &&
		'toISO' in value &&
		!Object.hasOwn(value, 'toISO')
	);
}

/**
 * A value of a list of values that the engine gave, if it is what the engine would have given alone:
 * plain data (as a copy), a date, or a date of luxon's.
 */
export function engineValue(value: unknown): unknown {
	if (types.isProxy(value)) return STEP_ASIDE;
	if (isDateTime(value)) return value;
	if (types.isDate(value) && Reflect.ownKeys(value).length === 0) return value;
	try {
		return copyOf(plain(value));
	} catch {
		return STEP_ASIDE;
	}
}
