/** Lower-case header names; `set-cookie` is always a list, as in Node's `IncomingMessage.headers`. */
export type ResponseHeaders = Record<string, string | string[]>;

/** A complete answer: the body has been read to its end and decompressed. */
export interface HttpResponse {
	readonly statusCode: number;
	readonly statusMessage: string;
	readonly headers: ResponseHeaders;
	readonly body: Buffer;
	/** The URL that answered: the last one, where redirects were followed. */
	readonly url: URL;
}
