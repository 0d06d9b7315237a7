/** A request was not sent, or not sent again, because it would have to wait for too long. */
export class NotSent extends Error {
	override readonly name = 'NotSent';
	/** The word under which it is counted. */
	readonly kind: 'paused' | 'circuit open';
	/** The clock's milliseconds from which on it is worth another run. */
	readonly comeBackAt: number;

	constructor(kind: 'paused' | 'circuit open', comeBackAt: number) {
		super(
			kind === 'paused'
				? 'Not sent: the server asks to wait for longer than an item may take'
				: 'Not sent: too many requests to this server have failed',
		);
		this.kind = kind;
		this.comeBackAt = comeBackAt;
	}
}
