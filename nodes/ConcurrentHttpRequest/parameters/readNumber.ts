import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';

/** Which numbers are taken. */
export interface NumberRange {
	readonly min: number;
	/** No bound, if left out. */
	readonly max?: number;
	readonly isWhole?: boolean;
}

/** A parameter that is a number. */
export interface NumberField extends NumberRange {
	/** The field's name as the panel shows it. */
	readonly field: string;
	/** For a parameter that is not set, or empty. */
	readonly fallback: number;
	/** An example, to be read after the error. */
	readonly hint?: string;
}

/**
 * Reads a number; expressions often give one as text.
 *
 * @param name the parameter's name, with dots for what is nested
 * @throws {InvalidParameter}
 */
export function readNumber(parameters: ItemParameters, name: string, field: NumberField): number {
	return checkNumber(parameters.get(name), field);
}

/** The same for a value. @throws {InvalidParameter} */
export function checkNumber(value: unknown, field: NumberField): number {
	if (isEmpty(value)) return field.fallback;
	const number = numberIn(value, field);
	if (number !== undefined) return number;
	throw new InvalidParameter(
		field.field,
		`must be ${describeRange(field)}, but it is ${typeof value === 'number' ? value : JSON.stringify(value)}`,
		field.hint,
	);
}

/** Whether a field holds nothing. */
export function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

/** @returns `undefined` unless the value is, or reads as, a finite number in the range */
export function numberIn(value: unknown, range: NumberRange): number | undefined {
	const { min, max = Infinity, isWhole = false } = range;
	const number = numberOf(value);
	if (!Number.isFinite(number) || number < min || number > max) return undefined;
	return isWhole && !Number.isInteger(number) ? undefined : number;
}

/** `a whole number from 1 to 100` */
export function describeRange({ min, max = Infinity, isWhole = false }: NumberRange): string {
	const kind = isWhole ? 'a whole number' : 'a number';
	return max === Infinity ? `${kind} from ${min}` : `${kind} from ${min} to ${max}`;
}

/** @returns NaN for what is not, and does not read as, a number */
export function numberOf(value: unknown): number {
	if (typeof value === 'string' && value.trim() !== '') return Number(value);
	return typeof value === 'number' ? value : NaN;
}
