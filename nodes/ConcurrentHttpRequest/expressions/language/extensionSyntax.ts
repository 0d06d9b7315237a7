import { ExpressionExtensions } from 'n8n-workflow';

/** Methods that the n8n which runs this node adds to values, such as `.isEmpty()`. */
const extensionNames: ReadonlySet<string> = new Set([
	...ExpressionExtensions.flatMap(({ functions }) => Object.keys(functions)),
	'isEmpty',
	'isNotEmpty',
]);

const extensionCall = new RegExp(
	`(\\$if|\\.(${[...extensionNames].join('|')})\\s*(\\?\\.)?)\\s*\\(`,
);

/** Whether n8n has a method of this name for some type of value. */
export function isExtensionName(method: string): boolean {
	return extensionNames.has(method);
}

/** Whether the code contains what looks like a call of such a method. */
export function mentionsExtension(code: string): boolean {
	return extensionCall.test(code);
}

/**
 * Whether n8n rewrites a parameter's code before it evaluates it (n8n-workflow, `extendSyntax`). n8n
 * looks at each code without its first quoted string. Rewriting turns calls of extension methods into
 * calls of `extend()`, and changes what optional chains with computed keys or method calls mean.
 */
export function isExtended(codes: readonly string[]): boolean {
	return codes.some((code) => mentionsExtension(code.replace(/("|').*?("|')/, '').trim()));
}
