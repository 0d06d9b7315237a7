/** A request as it stands in a proxy's log. */
export interface LoggedRequest {
	/** `CONNECT` for a tunnel, else the method of the forwarded request. */
	readonly method: string;
	/** `host:port` of a tunnel, else the absolute URL. */
	readonly target: string;
	/** Tells the connections of clients apart. */
	readonly connection: string;
}

/** What a proxy server needs to be told. */
export interface RealProxyOptions {
	/** What clients have to log in with, by HTTP Basic. */
	readonly login?: { readonly user: string; readonly password: string };
}

/** A proxy server of others, in a process of its own on a free port of 127.0.0.1. */
export interface RealProxy {
	/** Its address, without a login. */
	readonly url: string;
	/** Ends it. Its log is complete then, and it can be read further on. */
	stop(): Promise<void>;
	/**
	 * What it was asked for. Complete when it has been stopped; before, a tunnel may be missing until
	 * it is closed.
	 */
	log(): Promise<LoggedRequest[]>;
	/** Ends it and deletes its folder. */
	close(): Promise<void>;
}

/** Its address with a login in it, each part encoded. */
export function withLogin({ url }: Pick<RealProxy, 'url'>, user: string, password: string): string {
	return url.replace('//', `//${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
}
