import { StoreUnavailable, StoreUntrusted } from './ScriptStore';

/** The shared limits cannot be kept, because Redis is away or refuses to work. */
export class RedisUnavailable extends Error {
	override readonly name = 'RedisUnavailable';
	/** What to do about it. */
	readonly hint: string;

	/**
	 * @param limits the name of the limits
	 * @param cause what Redis or the connection to it said; must hold no secret
	 * @param wasReached whether it has ever responded to this process
	 */
	constructor(limits: string, cause: Error, wasReached = true) {
		const { happened, hint } = explain(cause, wasReached);
		const redis = `Redis, through which the limits "${limits}" are shared,`;
		super(`${redis} ${happened}: ${cause.message}`, { cause });
		this.hint = hint;
	}
}

function explain(cause: Error, wasReached: boolean): { happened: string; hint: string } {
	if (cause instanceof StoreUnavailable) {
		return {
			happened: wasReached ? 'cannot be reached' : 'has never been reached since n8n was started',
			hint: 'Check that Redis runs, that the host and port of the Redis credential are right, and that SSL is on there only if Redis wants it. To keep requests going without it, set "When Redis Is Away" to the local share.',
		};
	}
	if (cause instanceof StoreUntrusted) {
		return {
			happened: 'is not trusted',
			hint: 'Use the host name for which the certificate was made. If your own authority made it, start n8n with NODE_EXTRA_CA_CERTS set to the file of that authority. Or switch on "Disable TLS Verification" in the Redis credential, if nobody else can be at that address.',
		};
	}
	return {
		happened: 'refused',
		hint: 'Check the user, the password and the database number of the Redis credential, and that the user may run scripts and subscribe to channels.',
	};
}
