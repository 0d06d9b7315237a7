const REASONS = {
	paused: 'the server asks to wait for longer than an item may take',
	'circuit open': 'too many requests to this server have failed',
	'out of time': 'a limit makes it wait for longer than an item may take',
} as const;

/**
 * A request was not sent, not retried, or a redirect not followed, because it would have to wait for too
 * long.
 */
export class NotSent extends Error {
	override readonly name = 'NotSent';
	/** The word under which it is counted. */
	readonly kind: keyof typeof REASONS;
	/** When another run may be worth it, by the clock; `undefined` where that is not known. */
	readonly comeBackAt: number | undefined;

	/** @param isRedirect whether the request was sent, and only its redirect was not followed */
	constructor(kind: keyof typeof REASONS, comeBackAt: number | undefined, isRedirect = false) {
		super(`${isRedirect ? 'The redirect was not followed' : 'Not sent'}: ${REASONS[kind]}`);
		this.kind = kind;
		this.comeBackAt = comeBackAt;
	}
}
