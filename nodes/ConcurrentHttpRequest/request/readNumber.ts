import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';

/** Which numbers a field takes. */
export interface NumberField {
	/** The field's name as the panel shows it. */
	readonly field: string;
	/** For a parameter that is not set, or empty. */
	readonly fallback: number;
	readonly min: number;
	/** No bound, if left out. */
	readonly max?: number;
	readonly isWhole?: boolean;
}

/**
 * Reads a number; expressions often give one as text.
 *
 * @param name the parameter's name, with dots for what is nested
 * @throws {InvalidParameter}
 */
export function readNumber(parameters: ItemParameters, name: string, field: NumberField): number {
	const value = parameters.get(name);
	if (value === undefined || value === '') return field.fallback;
	const { min, max = Infinity, isWhole = false } = field;
	const isText = typeof value === 'string' && value.trim() !== '';
	const number = typeof value === 'number' || isText ? Number(value) : NaN;
	if (number >= min && number <= max && Number.isFinite(number)) {
		if (!isWhole || Number.isInteger(number)) return number;
	}
	const kind = isWhole ? 'a whole number' : 'a number';
	const range = max === Infinity ? `from ${min}` : `from ${min} to ${max}`;
	throw new InvalidParameter(
		field.field,
		`must be ${kind} ${range}, but it is ${JSON.stringify(value)}`,
	);
}
