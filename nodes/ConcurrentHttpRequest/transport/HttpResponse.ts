import type { TransportFailure } from './TransportFailure';

/** Lower-case header names; `set-cookie` is always a list, as in Node's `IncomingMessage.headers`. */
export type ResponseHeaders = Record<string, string | string[]>;

/** The status line and the headers of a response, before its body has arrived. */
export interface ResponseHead {
	readonly statusCode: number;
	readonly statusMessage: string;
	readonly headers: ResponseHeaders;
	/** The URL that responded: the last one, where redirects were followed. */
	readonly url: URL;
}

/**
 * A complete response: the body has been read to its end and decompressed.
 *
 * @typeParam T what the receiver of a streamed body makes of it
 */
export interface HttpResponse<T = unknown> extends ResponseHead {
	/** Empty where a receiver has taken the body. */
	readonly body: Buffer;
	/**
	 * The same body in the pieces in which it came. To read them one by one is cheaper than `body`,
	 * which joins them at its first use.
	 */
	readonly pieces?: readonly Buffer[];
	/** Why the request was not sent again although this is no success, in a sentence for people. */
	note?: string;
	/** The receiver's result for a streamed body; `undefined` where the body is in `body`. */
	readonly stored?: T;
	/**
	 * Why `body` is only the beginning of the response. Only a response with status 4xx or 5xx is cut,
	 * to describe the error; it must not become a result.
	 */
	readonly tooLarge?: TransportFailure;
}
