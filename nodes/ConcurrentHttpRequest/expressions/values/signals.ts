/** Returned in place of a value that only the engine can tell, for this item. */
export const LEFT_TO_ENGINE: unique symbol = Symbol('left to the engine');

/*
 * How compiling or evaluating ends early. Both signals are thrown, because they end it from any depth.
 * Each is made once, because an error with its stack trace costs more than most expressions.
 */

class LeftToEngine extends Error {}
class FailedPart extends Error {}

const leftToEngine = new LeftToEngine('Only the engine can evaluate this');
const failedPart = new FailedPart('Swallowed: the value is undefined');

/** Leaves an expression to the engine: while compiling for every item, while evaluating for this one. */
export function leaveToEngine(): never {
	throw leftToEngine;
}

/**
 * Fails as a `TypeError` does in the engine, for example for `$json.missing.name`: that `{{ }}` becomes
 * `undefined`, because n8n swallows all but its own errors (n8n-workflow, `setErrorHandler`).
 */
export function failPart(): never {
	throw failedPart;
}

/** Calling a method that no such value has fails; a method that is not supported is left to the engine. */
export function failWithoutMethod(value: unknown, method: string): never {
	return method in Object(value) ? leaveToEngine() : failPart();
}

/** Whether `leaveToEngine` was called, and nothing else was thrown. */
export function isLeftToEngine(error: unknown): boolean {
	return error === leftToEngine;
}

/** Whether `failPart` was called, and nothing else was thrown. */
export function isFailedPart(error: unknown): boolean {
	return error === failedPart;
}
