/** Returned in place of a value: only the engine knows it for this item. */
export const STEP_ASIDE: unique symbol = Symbol('step aside');

/*
 * How an evaluation ends early. Both signals are thrown, because they end it from any depth. Each is
 * made once, because an error with its stack trace costs more than most expressions.
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
 * Fails as a `TypeError` does in the engine, for example for `$json.missing.name`: that `{{ }}` becomes
 * `undefined`, because n8n swallows all but its own errors (n8n-workflow, `setErrorHandler`).
 */
export function failPart(): never {
	throw failedPartSignal;
}

/** Calling a method that no such value has fails; a method that is not supported is left to the engine. */
export function failWithoutMethod(value: unknown, method: string): never {
	return method in Object(value) ? stepAside() : failPart();
}

/** Whether `failPart` was called, and not something else thrown. */
export function isFailedPart(error: unknown): boolean {
	return error === failedPartSignal;
}

/** While compiling: the expression is outside the supported part of the language. */
export function unsupported(): never {
	throw new Unsupported('Only the engine can evaluate this');
}

/** Returns `undefined` where `compile` calls `unsupported`. */
export function ifSupported<T>(compile: () => T): T | undefined {
	try {
		return compile();
	} catch (error) {
		if (error instanceof Unsupported) return undefined;
		throw error;
	}
}
