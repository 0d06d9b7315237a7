/** A response arrived, but it is not what the response format requires. */
export class UnreadableResponse extends Error {
	override readonly name = 'UnreadableResponse';
	/** What to do about it, in a sentence. */
	readonly hint: string;

	constructor(message: string, hint: string) {
		super(message);
		this.hint = hint;
	}
}
