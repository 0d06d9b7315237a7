import { leaveToEngine } from './signals';
import { elementsOf, isObject } from './plainData';

const MAX_DEPTH = 50;
const CONVERTERS = ['toString', 'valueOf', 'toJSON', 'join'];

/** Plain data as a string, as JavaScript converts it. */
export function toText(value: unknown, depth = 0): string {
	if (!isObject(value)) return String(value);
	if (depth > MAX_DEPTH || Object.getPrototypeOf(value) === null) return leaveToEngine();
	if (CONVERTERS.some((name) => Object.hasOwn(value, name))) return leaveToEngine();
	if (Array.isArray(value)) return joinElements(value, ',', depth);
	if (Object.getOwnPropertySymbols(value).length > 0) return leaveToEngine();
	return '[object Object]';
}

/** `array.join(separator)` */
export function joinElements(array: unknown[], separator: string, depth = 0): string {
	return elementsOf(array)
		.map((element) => (element === null || element === undefined ? '' : toText(element, depth + 1)))
		.join(separator);
}

/** The operand of an operator: an object becomes a string first. */
export function toPrimitive(value: unknown): unknown {
	return isObject(value) ? toText(value) : value;
}

/**
 * One `{{ }}` within a longer text. n8n drops every falsy value except `0` and `false`
 * (@n8n/tournament, `buildFunctionBody`).
 */
export function toPartText(value: unknown): string {
	return value || value === 0 || value === false ? toText(value) : '';
}

/** The words of a list that is separated by blanks. */
export function words(list: string): string[] {
	return list.split(' ');
}
