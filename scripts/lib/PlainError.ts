/** A failure whose message says all: programs show it without a stack. */
export class PlainError extends Error {
	override readonly name = 'PlainError';
}
