const BECAUSE = {
	paused: 'the server asks to wait for longer than an item may take',
	'circuit open': 'too many requests to this server have failed',
	'run ended': 'the run has ended',
} as const;

/**
 * A request was not sent, or not sent again, because it would have to wait for too long; or a redirect was
 * not followed, because the run has ended meanwhile.
 */
export class NotSent extends Error {
	override readonly name = 'NotSent';
	/** The word under which it is counted. */
	readonly kind: keyof typeof BECAUSE;
	/** The clock's milliseconds from which on it is worth another run. */
	readonly comeBackAt: number;

	/** @param isRedirect whether it had been sent, and a redirect could not be followed */
	constructor(kind: keyof typeof BECAUSE, comeBackAt: number, isRedirect = false) {
		super(
			isRedirect ? `The redirect was not followed: ${BECAUSE[kind]}` : `Not sent: ${BECAUSE[kind]}`,
		);
		this.kind = kind;
		this.comeBackAt = comeBackAt;
	}
}
