/** A Lua script for Redis: what it does in one atomic step. */
export interface Script {
	/** For logs; a word. */
	readonly name: string;
	readonly lua: string;
}

/**
 * What the shared limits need of Redis. The engine knows no client library; an adapter beside it
 * implements this (redis/IoredisStore.ts).
 */
export interface ScriptStore {
	/**
	 * Runs a script in one round trip (EVALSHA, with EVAL where Redis does not know it yet).
	 *
	 * @returns the script's answer, a text
	 * @throws {StoreAway} if Redis cannot be reached or cannot work now; trying again may help
	 * @throws {StoreUntrusted} if it cannot prove by its certificate that it is the right one
	 * @throws {Error} any other: trying again does not help (password, rights, not a Redis). Its
	 *   message follows a colon.
	 */
	run(script: Script, keys: readonly string[], args: readonly string[]): Promise<string>;
	/**
	 * Messages that are sent to a channel while Redis is reached. Some may be lost.
	 *
	 * @returns ends it
	 */
	subscribe(channel: string, listener: (message: string) => void): () => void;
}

/** Redis cannot be reached, or cannot work now: it restarts, loads its data, has a new primary. */
export class StoreAway extends Error {
	override readonly name = 'StoreAway';
}

/** Redis is reached by TLS, but its certificate does not pass verification. */
export class StoreUntrusted extends Error {
	override readonly name = 'StoreUntrusted';

	/** @param code OpenSSL's or Node's word for what is wrong with the certificate */
	constructor(code: string) {
		super(`its certificate does not pass verification (${code})`);
	}
}
