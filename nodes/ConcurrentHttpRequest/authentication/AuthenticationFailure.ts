/**
 * The credential could not be used: it is not connected, or the authorization server gives no
 * token for it. The request itself has not been answered.
 */
export class AuthenticationFailure extends Error {
	override readonly name = 'AuthenticationFailure';
	/** What to do about it, in a sentence. */
	readonly hint: string;

	constructor(message: string, hint: string, cause?: unknown) {
		super(message, { cause });
		this.hint = hint;
	}
}
