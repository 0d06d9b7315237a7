import { stepAside } from '../signals';
import { nativeMethods } from './native';

/** Longest text that padding and repeating make here; the engine has its own limits of memory. */
const LONGEST = 100_000;

/**
 * Methods of texts that depend on nothing but their arguments: no locale, no regular expression.
 * None of them is one that n8n extends; `compileCall` makes sure of that.
 */
export const stringMethods = nativeMethods<string>(String.prototype, [
	...['at', 'charAt', 'charCodeAt', 'codePointAt', 'concat'],
	...['startsWith', 'endsWith', 'includes', 'indexOf', 'lastIndexOf'],
	...['slice', 'substring', 'substr', 'split'],
	...['trim', 'trimStart', 'trimEnd', 'toLowerCase', 'toUpperCase', 'toString'],
	...['padStart', 'padEnd', 'repeat', 'replace', 'replaceAll'],
]);

for (const name of ['padStart', 'padEnd', 'repeat']) {
	const native = stringMethods.get(name);
	if (!native) continue;
	stringMethods.set(name, (text, args) => {
		const [count] = args;
		const factor = name === 'repeat' ? text.length : 1;
		const small = typeof count === 'number' && count * factor <= LONGEST;
		return small ? native(text, args) : stepAside();
	});
}
