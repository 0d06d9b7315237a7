/**
 * What the tests use of servers that come without types: an authorization server, and a server
 * side of Digest authentication.
 */
declare module 'oidc-provider' {
	import type { EventEmitter } from 'node:events';
	import type { RequestListener } from 'node:http';

	interface Stored {
		readonly isValid: boolean;
		save(): Promise<string>;
	}

	interface StoredClass {
		new (properties: Record<string, unknown>): Stored;
		find(value: string): Promise<Stored | undefined>;
	}

	export default class Provider extends EventEmitter {
		constructor(issuer: string, configuration: Record<string, unknown>);
		readonly AccessToken: StoredClass;
		readonly ClientCredentials: StoredClass;
		readonly RefreshToken: StoredClass;
		readonly Grant: new (properties: Record<string, unknown>) => {
			addOIDCScope(scope: string): void;
			save(): Promise<string>;
		};
		readonly Client: { find(id: string): Promise<object | undefined> };
		callback(): RequestListener;
	}
}

declare module 'http-auth' {
	import type { IncomingMessage, RequestListener } from 'node:http';

	interface Digest {
		check(listener: RequestListener): RequestListener;
		/** Nonces that it has given out: the nonce, when, and the highest count that came with it. */
		nonces: Array<[nonce: string, issuedAt: number, count: number]>;
	}

	const httpAuth: {
		/** @param checker is to call back with the MD5 of `user:realm:password` */
		digest(
			options: { realm: string; algorithm?: 'MD5' | 'MD5-sess'; qop?: 'auth' | 'none' },
			checker: (user: string, callback: (hash: string) => void, request: IncomingMessage) => void,
		): Digest;
	};
	export default httpAuth;
}
