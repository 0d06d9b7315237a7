/** The shared limits cannot be kept, because Redis is away or refuses to work. */
export class SharedLimitsAway extends Error {
	override readonly name = 'SharedLimitsAway';
	/** What to do about it, in a sentence. */
	readonly hint: string;

	/**
	 * @param limits the name of the limits
	 * @param cause what Redis or the connection to it said; must hold no secret
	 * @param isRefused whether Redis answers, but refuses
	 */
	constructor(limits: string, cause: Error, isRefused: boolean) {
		super(
			isRefused
				? `Redis, through which the limits "${limits}" are shared, refused: ${cause.message}`
				: `Redis, through which the limits "${limits}" are shared, cannot be reached: ${cause.message}`,
			{ cause },
		);
		this.hint = isRefused
			? 'Check the user, the password and the database number of the Redis credential, and that the user may run scripts and subscribe to channels.'
			: 'Check that Redis runs and that the host and port of the Redis credential are right. To keep requests going meanwhile, set "When Redis Is Away" to wait or to the local share.';
	}
}
