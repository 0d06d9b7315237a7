/** Lower-case header names; `set-cookie` is always a list, as in Node's `IncomingMessage.headers`. */
export type ResponseHeaders = Record<string, string | string[]>;

/** A complete answer: the body has been read to its end and decompressed. */
export interface HttpResponse {
	readonly statusCode: number;
	readonly statusMessage: string;
	readonly headers: ResponseHeaders;
	readonly body: Buffer;
	/**
	 * The same body in the pieces in which it came. To read them one by one is cheaper than `body`,
	 * which joins them at its first use.
	 */
	readonly pieces?: readonly Buffer[];
	/** Why it was not asked for again although it is no success, in a sentence for people. */
	note?: string;
	/** The URL that answered: the last one, where redirects were followed. */
	readonly url: URL;
}
