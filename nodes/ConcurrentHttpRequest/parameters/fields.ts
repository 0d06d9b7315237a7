import type { INodeProperties } from 'n8n-workflow';

import { toText } from '../common/toText';
import { InvalidParameter } from './InvalidParameter';

/** A number as the panel describes it: its default, and its bounds in `typeOptions`. */
type NumberField = Pick<INodeProperties, 'displayName' | 'default' | 'typeOptions'>;

/**
 * Reads a number within the bounds that the panel shows. Expressions often give one as text.
 *
 * @param hint an example, shown after the error
 * @returns the field's default where nothing is entered
 * @throws {InvalidParameter}
 */
export function readNumber(value: unknown, field: NumberField, hint?: string): number {
	return isEmpty(value) ? Number(field.default) : requireNumber(value, field, hint);
}

/** As {@link readNumber}, for a field that must not be empty. */
export function requireNumber(value: unknown, field: NumberField, hint?: string): number {
	const number = numberIn(value, field);
	if (number !== undefined) return number;
	const shown =
		typeof value === 'number' ? value : isEmpty(value) ? 'empty' : JSON.stringify(value);
	throw new InvalidParameter(
		field.displayName,
		`must be ${describeRange(field)}, but it is ${shown}`,
		hint,
	);
}

/** @returns `undefined` unless the value is, or reads as, a finite number within the bounds */
export function numberIn(value: unknown, { typeOptions }: NumberField): number | undefined {
	const { minValue = -Infinity, maxValue = Infinity, numberPrecision } = typeOptions ?? {};
	const number = numberOf(value);
	if (!Number.isFinite(number) || number < minValue || number > maxValue) return undefined;
	return numberPrecision === 0 && !Number.isInteger(number) ? undefined : number;
}

/** `a whole number from 1 to 100` */
export function describeRange({ typeOptions }: NumberField): string {
	const { minValue, maxValue, numberPrecision } = typeOptions ?? {};
	const kind = numberPrecision === 0 ? 'a whole number' : 'a number';
	return `${kind} from ${minValue}${maxValue === undefined ? '' : ` to ${maxValue}`}`;
}

/** @returns NaN for what is not, and does not read as, a number */
export function numberOf(value: unknown): number {
	if (typeof value === 'string' && value.trim() !== '') return Number(value);
	return typeof value === 'number' ? value : NaN;
}

/**
 * Reads one of several choices.
 *
 * @param label the field's name as the panel shows it
 * @param choices the default first
 * @throws {InvalidParameter}
 */
export function readChoice<Choice extends string>(
	value: unknown,
	label: string,
	choices: readonly Choice[],
): Choice {
	const text = toText(value ?? choices[0]);
	const choice = choices.find((each) => each === text);
	if (choice !== undefined) return choice;
	const list = new Intl.ListFormat('en', { type: 'disjunction' }).format(choices);
	throw new InvalidParameter(label, `cannot be "${text}"`, `Use ${list}.`);
}

/**
 * Whether a switch is on. An expression may give something other than `true`. As in HTTP Request,
 * everything that JavaScript treats as true counts, for example the text `yes`. Not for switches
 * that give up security.
 */
export function isOn(value: unknown): boolean {
	return Boolean(value);
}

/**
 * Reads the fields of an option that is a group, such as Retry. A field that is not set has the default
 * that the panel shows.
 *
 * @param group the values, by the fields' names
 * @param fields the group's description
 */
export function readFields(group: unknown, fields: readonly INodeProperties[]) {
	const values = isObject(group) ? group : {};
	const fieldOf = (name: string): INodeProperties => {
		const field = fields.find((each) => each.name === name);
		if (!field) throw new Error(`The panel has no field "${name}"`);
		return field;
	};
	const valueOf = (name: string): unknown => values[name] ?? fieldOf(name).default;
	return {
		value: valueOf,
		number: (name: string) => readNumber(values[name], fieldOf(name)),
		flag: (name: string) => valueOf(name) === true,
		text: (name: string) => toText(values[name]).trim() || toText(fieldOf(name).default),
		choice: <Choice extends string>(name: string, choices: readonly Choice[]) =>
			readChoice(valueOf(name), fieldOf(name).displayName, choices),
	};
}

/** Whether a field holds nothing. */
export function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
