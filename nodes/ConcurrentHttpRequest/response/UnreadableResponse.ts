/** A response arrived, but it is not what the response format requires. */
export class UnreadableResponse extends Error {
	override readonly name = 'UnreadableResponse';
	/** What to do about it, in a sentence. */
	readonly hint: string;
	/** What arrived instead, to be quoted, and from where. May hold secrets. */
	readonly received: { readonly text: string; readonly url: URL } | undefined;

	constructor(message: string, hint: string, received?: UnreadableResponse['received']) {
		super(message);
		this.hint = hint;
		this.received = received;
	}
}
