/**
 * How an evaluation ends early. Both are thrown, because they end it from any depth; each is made
 * once, because an error with its stack trace costs more than most expressions.
 */

class StepAside extends Error {}
class FailedPart extends Error {}
class Unsupported extends Error {}

const stepAsideSignal = new StepAside('Only the engine can evaluate this for this item');
const failedPartSignal = new FailedPart('Swallowed: the value is undefined');

/** Leaves this item to the engine. */
export function stepAside(): never {
	throw stepAsideSignal;
}

/**
 * Fails as a `TypeError` fails in the engine, for example for `$json.missing.name`. n8n wraps each
 * `{{ }}` in a handler that lets nothing but its own `ExpressionError` out (n8n-workflow,
 * `setErrorHandler`), so the value of that part becomes `undefined`.
 */
export function failPart(): never {
	throw failedPartSignal;
}

/** Whether `failPart` was called, and not something else thrown. */
export function isFailedPart(error: unknown): boolean {
	return error === failedPartSignal;
}

/** While compiling: the expression is not in the part of the language that is known here. */
export function unsupported(): never {
	throw new Unsupported('Only the engine can evaluate this');
}

/** Gives `undefined` for what calls `unsupported`. */
export function ifSupported<T>(compile: () => T): T | undefined {
	try {
		return compile();
	} catch (error) {
		if (error instanceof Unsupported) return undefined;
		throw error;
	}
}
