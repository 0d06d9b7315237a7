/** A parameter of one item cannot be used. Nothing of that item has been sent. */
export class InvalidParameter extends Error {
	override readonly name = 'InvalidParameter';
	/** What to do about it, in a sentence. */
	readonly hint: string | undefined;

	/**
	 * @param field the field's name as the panel shows it
	 * @param problem what is wrong, to be read after the field's name: "is not a URL"
	 */
	constructor(field: string, problem: string, hint?: string) {
		super(`"${field}" ${problem}`);
		this.hint = hint;
	}
}
