/** The pages of an item have no end, or an expression of its pagination cannot be used. */
export class PaginationFailure extends Error {
	override readonly name = 'PaginationFailure';
	/** What to do about it, in a sentence. */
	readonly hint: string;

	constructor(message: string, hint: string, cause?: unknown) {
		super(message, { cause });
		this.hint = hint;
	}
}
