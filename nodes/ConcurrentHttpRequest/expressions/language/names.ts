import { isSafeObjectProperty } from 'n8n-workflow';

/**
 * Names that esprima-next is known to take as identifiers; acorn knows more of Unicode than it.
 */
const IDENTIFIER =
	/^[A-Za-z_$\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F][\w$\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F]*$/;

export function isPlainIdentifier(name: string): boolean {
	return IDENTIFIER.test(name);
}

/**
 * Whether a key can be read from data without a doubt. The engine refuses some names, and its
 * proxies give inherited things for what every object inherits, even where data has an own value.
 */
export function isOrdinaryKey(key: string): boolean {
	return isSafeObjectProperty(key) && !key.startsWith('__') && !(key in Object.prototype);
}

const CONSTRUCTOR = /\.\s*constructor/;

/** Whether n8n refuses a parameter's text as a whole (n8n-workflow, `Expression`). */
export function isRefused(template: string): boolean {
	return CONSTRUCTOR.test(template);
}
