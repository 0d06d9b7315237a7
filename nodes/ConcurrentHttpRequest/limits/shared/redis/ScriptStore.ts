/** What the shared limits need of Redis. `redis/IoredisStore.ts` implements it. */
export interface ScriptStore {
	/**
	 * Runs a Lua script, which is one atomic step, in one round trip.
	 *
	 * @returns the text that the script returns
	 * @throws {StoreUnavailable} if Redis cannot be reached or cannot work now; trying again may help
	 * @throws {StoreUntrusted} if its certificate does not prove that it is the right Redis
	 * @throws {Error} otherwise: trying again does not help (password, rights, not a Redis). Its
	 *   message is written to follow a colon.
	 */
	run(script: string, keys: readonly string[], args: readonly string[]): Promise<string>;
	/**
	 * Listens to a channel while Redis is reached. Messages may be lost.
	 *
	 * @returns stops listening
	 */
	subscribe(channel: string, listener: (message: string) => void): () => void;
}

/** Redis cannot be reached or cannot work now: it restarts, loads its data, has a new primary. */
export class StoreUnavailable extends Error {
	override readonly name = 'StoreUnavailable';
}

/** Redis is reached by TLS, but its certificate does not pass verification. */
export class StoreUntrusted extends Error {
	override readonly name = 'StoreUntrusted';

	/** @param code how OpenSSL or Node names the problem with the certificate */
	constructor(code: string) {
		super(`its certificate does not pass verification (${code})`);
	}
}
