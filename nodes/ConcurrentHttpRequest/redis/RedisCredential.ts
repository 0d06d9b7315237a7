import type { RedisOptions } from 'ioredis';

/** n8n's credential of type `redis`. */
export interface RedisCredential {
	host: string;
	port: number;
	user?: string;
	password?: string;
	/** The number of the database. */
	database?: number;
	ssl?: boolean;
	disableTlsVerification?: boolean;
}

/** The options of ioredis for a credential. */
export function connectionOptions(credential: RedisCredential): RedisOptions {
	const { host, port, user, password, database, ssl, disableTlsVerification } = credential;
	return {
		host,
		port,
		db: database ?? 0,
		...(user ? { username: user } : {}),
		...(password ? { password } : {}),
		...(ssl ? { tls: { rejectUnauthorized: disableTlsVerification !== true } } : {}),
	};
}
