import { types } from 'node:util';
import { stepAside } from '../signals';
import { isOrdinaryKey } from '../language/names';

/**
 * Plain data is what JSON can hold, and `undefined`, `NaN` and their like. Everything else (class
 * instances, dates, proxies, getters, functions, symbols, bigints) is left to the engine.
 */
export type PlainObject = Record<string, unknown>;

/** Deeper than any real data; also ends the walk through an object that contains itself. */
const DEEPEST = 200;

/** Whether it is an object of the literal kind, of this or another realm. */
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

/** The value itself, if it is plain data as far as its outermost layer tells. */
export function plain(value: unknown): unknown {
	switch (typeof value) {
		case 'object':
			if (value === null) return value;
			if (types.isProxy(value)) return stepAside();
			return isPlainArray(value) || isPlainObject(value) ? value : stepAside();
		case 'function':
		case 'symbol':
		case 'bigint':
			return stepAside();
		default:
			return value;
	}
}

export function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

/** An own property's value, `undefined` where there is no such property. */
export function readOwn(object: object, key: string): unknown {
	const property = Object.getOwnPropertyDescriptor(object, key);
	if (!property) return key in object ? stepAside() : undefined;
	return 'value' in property ? plain(property.value) : stepAside();
}

/** What one own property holds; steps aside for what the engine treats oddly. */
function readEntry(object: object, key: string | symbol): unknown {
	if (typeof key !== 'string' || !isOrdinaryKey(key)) return stepAside();
	const property = Object.getOwnPropertyDescriptor(object, key);
	return property?.enumerable && 'value' in property ? plain(property.value) : stepAside();
}

/** The elements of an array that has all of them, and nothing besides. */
export function elementsOf(array: unknown[]): unknown[] {
	const { length } = array;
	if (Reflect.ownKeys(array).length !== length + 1) return stepAside();
	const elements: unknown[] = [];
	for (let index = 0; index < length; index++) elements.push(readOwn(array, String(index)));
	return elements;
}

/** An object's own properties, in their order. */
export function entriesOf(object: object): Array<[string, unknown]> {
	return Reflect.ownKeys(object).map((key) => [String(key), readEntry(object, key)]);
}

/** Steps aside unless the value is plain data in all its depth. */
export function assertPlain(value: unknown, depth = 0): void {
	if (!isObject(value)) return;
	if (depth > DEEPEST) return stepAside();
	if (Array.isArray(value)) {
		for (const element of elementsOf(value)) assertPlain(element, depth + 1);
	} else {
		for (const key of Reflect.ownKeys(value)) assertPlain(readEntry(value, key), depth + 1);
	}
}

/**
 * A deep copy. The engine gives copies too (its default one; the legacy one hands out the item
 * itself), and what the node does with a parameter must not change the item.
 */
export function copyOf(value: unknown, depth = 0): unknown {
	if (!isObject(value)) return value;
	if (depth > DEEPEST) return stepAside();
	if (Array.isArray(value)) return elementsOf(value).map((element) => copyOf(element, depth + 1));
	const copy: PlainObject = {};
	for (const key of Reflect.ownKeys(value)) {
		// n8n takes an object with this key for a luxon date and makes it a text.
		if (key === 'isLuxonDateTime') return stepAside();
		copy[key as string] = copyOf(readEntry(value, key), depth + 1);
	}
	return copy;
}
