import { stepAside } from '../signals';
import { elementsOf, isObject } from './plainData';

const DEEPEST = 50;
const CONVERTERS = ['toString', 'valueOf', 'toJSON', 'join'];

/** What JavaScript makes of plain data where it wants a text. */
export function toText(value: unknown, depth = 0): string {
	if (!isObject(value)) return String(value);
	if (depth > DEEPEST || Object.getPrototypeOf(value) === null) return stepAside();
	if (CONVERTERS.some((name) => Object.hasOwn(value, name))) return stepAside();
	if (Array.isArray(value)) return joinElements(value, ',', depth);
	if (Object.getOwnPropertySymbols(value).length > 0) return stepAside();
	return '[object Object]';
}

/** `array.join(separator)` */
export function joinElements(array: unknown[], separator: string, depth = 0): string {
	return elementsOf(array)
		.map((element) => (element === null || element === undefined ? '' : toText(element, depth + 1)))
		.join(separator);
}

/** What operators work with: an object becomes a text first. */
export function toPrimitive(value: unknown): unknown {
	return isObject(value) ? toText(value) : value;
}

/**
 * What a part contributes to a text of several parts. n8n drops every falsy value but `0` and
 * `false`, so `NaN`, `null` and `undefined` leave no trace (@n8n/tournament, `buildFunctionBody`).
 */
export function toPartText(value: unknown): string {
	return value || value === 0 || value === false ? toText(value) : '';
}
