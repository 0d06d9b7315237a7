import { failPart, stepAside } from '../signals';
import { readOwn } from './plainData';

const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** What `value[key]` is. The key must be an ordinary one. */
export function readProperty(value: unknown, key: string): unknown {
	switch (typeof value) {
		case 'object':
			if (value === null) return failPart();
			return Array.isArray(value) ? readElement(value, key) : readOwn(value, key);
		case 'string':
			if (key === 'length') return value.length;
			if (INDEX.test(key)) return value[Number(key)];
			return key in String.prototype ? stepAside() : undefined;
		case 'number':
			return key in Number.prototype ? stepAside() : undefined;
		case 'boolean':
			return key in Boolean.prototype ? stepAside() : undefined;
		case 'undefined':
			return failPart();
		default:
			return stepAside();
	}
}

function readElement(array: unknown[], key: string): unknown {
	if (key === 'length') return array.length;
	if (INDEX.test(key)) return readOwn(array, key);
	// The default engine sees nothing but elements in an array.
	return Object.hasOwn(array, key) || key in Array.prototype ? stepAside() : undefined;
}
