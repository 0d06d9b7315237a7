/**
 * The credential cannot be used: it is not connected, or the authorization server gives no token
 * for it. The request has no response of its own.
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
