import { ExpressionExtensions } from 'n8n-workflow';

/** Methods that n8n adds to values, such as `.isEmpty()`, by the n8n that runs this node. */
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

/** Whether something in the code looks like a call of such a method. */
export function mentionsExtension(code: string): boolean {
	return extensionCall.test(code);
}

/**
 * Whether n8n rewrites an expression before it evaluates it (n8n-workflow, `extendSyntax`). It
 * looks at all code of the parameter together, with the first text in quotes taken out. Rewriting
 * turns calls of extension methods into calls of `extend()`, and optional chains into something
 * that differs from JavaScript's where keys are computed or methods are called.
 */
export function isExtended(codes: readonly string[]): boolean {
	return codes.some((code) => mentionsExtension(code.replace(/("|').*?("|')/, '').trim()));
}
