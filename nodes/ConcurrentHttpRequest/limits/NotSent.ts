const REASONS = {
	paused: 'the server asks to wait for longer than an item may take',
	'circuit open': 'too many requests to this server have failed',
	'run ended': 'the run has ended',
} as const;

/**
 * A request was not sent, or not retried, because it would have to wait for too long; or a redirect was
 * not followed, because the run has ended meanwhile.
 */
export class NotSent extends Error {
	override readonly name = 'NotSent';
	/** The word under which it is counted. */
	readonly kind: keyof typeof REASONS;
	/** When another run may be worth it, by the clock. */
	readonly comeBackAt: number;

	/** @param isRedirect whether the request was sent, and only its redirect was not followed */
	constructor(kind: keyof typeof REASONS, comeBackAt: number, isRedirect = false) {
		super(`${isRedirect ? 'The redirect was not followed' : 'Not sent'}: ${REASONS[kind]}`);
		this.kind = kind;
		this.comeBackAt = comeBackAt;
	}
}
