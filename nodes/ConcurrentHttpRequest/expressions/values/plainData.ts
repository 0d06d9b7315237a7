import { types } from 'node:util';
import { isSafeObjectProperty } from 'n8n-workflow';
import { failPart, leaveToEngine } from './signals';

/*
 * Plain data is what JSON can hold, and `undefined`, `NaN` and the like. Everything else (class
 * instances, dates, proxies, getters, functions, symbols, bigints) is left to the engine.
 */

/** Levels of nesting. More than real data has; it also ends the walk through circular data. */
const MAX_DEPTH = 200;

/**
 * Whether a key can safely be read from data. The engine refuses some names, and its proxies return
 * what every object inherits even where the data has an own value of that name.
 */
export function isOrdinaryKey(key: string): boolean {
	return isSafeObjectProperty(key) && !key.startsWith('__') && !(key in Object.prototype);
}

/** Whether it is an object literal, of this or another realm. */
function isPlainObject(value: object): boolean {
	const prototype: unknown = Object.getPrototypeOf(value);
	if (prototype === Object.prototype || prototype === null) return true;
	return (
		Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
	);
}

function isPlainArray(value: object): value is unknown[] {
	if (!Array.isArray(value)) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Array.prototype || Array.isArray(prototype);
}

/** Returns the value if its outermost layer is plain data; leaves the rest to the engine. */
export function plain(value: unknown): unknown {
	switch (typeof value) {
		case 'object':
			if (value === null) return value;
			if (types.isProxy(value)) return leaveToEngine();
			return isPlainArray(value) || isPlainObject(value) ? value : leaveToEngine();
		case 'function':
		case 'symbol':
		case 'bigint':
			return leaveToEngine();
		default:
			return value;
	}
}

export function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

/** A luxon date of n8n's own, as luxon tells it (`DateTime.isDateTime`), and no copy of one. */
export function isDateTime(value: unknown): value is { toString(): string } {
	return (
		isObject(value) &&
		!types.isProxy(value) &&
		Reflect.get(value, 'isLuxonDateTime') === true &&
		'toISO' in value &&
		!Object.hasOwn(value, 'toISO')
	);
}

/** An own property's value; `undefined` where there is none. */
function readOwn(object: object, key: string): unknown {
	const property = Object.getOwnPropertyDescriptor(object, key);
	if (!property) return key in object ? leaveToEngine() : undefined;
	return 'value' in property ? plain(property.value) : leaveToEngine();
}

/** An own property's value; left to the engine where that treats the property in a special way. */
function readEntry(object: object, key: string | symbol): unknown {
	if (typeof key !== 'string' || !isOrdinaryKey(key)) return leaveToEngine();
	const property = Object.getOwnPropertyDescriptor(object, key);
	return property?.enumerable && 'value' in property ? plain(property.value) : leaveToEngine();
}

/** The elements of an array; left to the engine if it has holes or other properties. */
export function elementsOf(array: unknown[]): unknown[] {
	const { length } = array;
	if (Reflect.ownKeys(array).length !== length + 1) return leaveToEngine();
	const elements: unknown[] = [];
	for (let index = 0; index < length; index++) elements.push(readOwn(array, String(index)));
	return elements;
}

/** An object's own properties, in order. */
export function entriesOf(object: object): Array<[string, unknown]> {
	return Reflect.ownKeys(object).map((key) => [String(key), readEntry(object, key)]);
}

/** Leaves the expression to the engine unless the value is plain data at every level. */
export function assertPlain(value: unknown, depth = 0): void {
	if (!isObject(value)) return;
	if (depth > MAX_DEPTH) return leaveToEngine();
	if (Array.isArray(value)) {
		for (const element of elementsOf(value)) assertPlain(element, depth + 1);
	} else {
		for (const key of Reflect.ownKeys(value)) assertPlain(readEntry(value, key), depth + 1);
	}
}

/** A deep copy, as the default engine returns: using a parameter must not change the item. */
export function copyOf(value: unknown, depth = 0): unknown {
	if (!isObject(value)) return value;
	if (depth > MAX_DEPTH) return leaveToEngine();
	if (Array.isArray(value)) return elementsOf(value).map((element) => copyOf(element, depth + 1));
	const copy: Record<string, unknown> = {};
	for (const key of Reflect.ownKeys(value)) {
		// n8n takes an object with this key for a luxon date and turns it into a string.
		if (key === 'isLuxonDateTime') return leaveToEngine();
		copy[key as string] = copyOf(readEntry(value, key), depth + 1);
	}
	return copy;
}

const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** `value[key]`. The key must be an ordinary one. */
export function readProperty(value: unknown, key: string): unknown {
	switch (typeof value) {
		case 'object':
			if (value === null) return failPart();
			return Array.isArray(value) ? readElement(value, key) : readOwn(value, key);
		case 'string':
			if (key === 'length') return value.length;
			if (INDEX.test(key)) return value[Number(key)];
			return key in String.prototype ? leaveToEngine() : undefined;
		case 'number':
			return key in Number.prototype ? leaveToEngine() : undefined;
		case 'boolean':
			return key in Boolean.prototype ? leaveToEngine() : undefined;
		case 'undefined':
			return failPart();
		default:
			return leaveToEngine();
	}
}

function readElement(array: unknown[], key: string): unknown {
	if (key === 'length') return array.length;
	if (INDEX.test(key)) return readOwn(array, key);
	// The default engine sees only elements in an array.
	return Object.hasOwn(array, key) || key in Array.prototype ? leaveToEngine() : undefined;
}
