import type { HttpResponse } from './HttpResponse';
import type { RepeatableBody } from './RepeatableBody';

/** Header names as they go on the wire. A list value becomes one header line for each entry. */
export type RequestHeaders = Record<string, string | string[]>;

/**
 * What a client shows of itself in the TLS handshake, and whom it trusts there. Certificate and
 * key are a credential: they are shown to the origin that the request was made for, and to
 * another only where credentials are to be sent on.
 */
export interface ClientCertificate {
	/** Tells certificates apart: equal for equal contents. Holds no secret. */
	readonly id: string;
	/** PEM. Certificate authorities to trust in place of Node.js's own. */
	readonly ca: string | undefined;
	/** PEM. */
	readonly cert?: string | undefined;
	/** PEM. */
	readonly key?: string | undefined;
	/** Decrypts an encrypted key. */
	readonly passphrase?: string | undefined;
	/** Comma-separated hosts that it may be shown to, `undefined` for any. */
	readonly allowedDomains?: string | undefined;
}

/** One part of a form, or a file that is the whole body, for people. */
export interface BodyPart {
	/** `undefined` where it is the whole body. */
	readonly name?: string | undefined;
	readonly value:
		string | { readonly fileName: string | undefined; readonly mimeType: string | undefined };
}

/** One request, complete and checked: the transport sends it as it is. */
export interface HttpRequest {
	readonly method: string;
	/** Absolute http or https URL, without user information and fragment. */
	readonly url: URL;
	/** The URL's, kept because `URL` puts it together at each reading. */
	readonly origin: string;
	readonly headers: RequestHeaders;
	readonly body: string | Buffer | RepeatableBody | undefined;
	/** What a body of texts and files consists of. It is shown, never sent. */
	readonly bodyParts?: readonly BodyPart[] | undefined;
	/**
	 * What came from a credential. It belongs to the origin that the request was made for: it is left
	 * out when a redirect leads to another origin, and never sent to a host outside `allowedDomains`.
	 */
	readonly credential: {
		/** Lower-case names of the headers that the credential set. */
		readonly headerNames: ReadonlySet<string>;
		/** Whether the credential put something into the body. */
		readonly inBody: boolean;
		/** Whether the credential put something into the query. */
		readonly inQuery: boolean;
		/** The credential's "Allowed Domains" list, `undefined` for any host. */
		readonly allowedDomains: string | undefined;
	};
	/**
	 * Texts that must not appear in an error: passwords, tokens, keys. The list grows by what an
	 * authorizer computes while the request is on its way.
	 */
	readonly secrets: string[];
	/** Milliseconds for connecting, sending, and receiving the whole response, redirects included. */
	readonly timeout: number;
	/** Redirects to follow before giving up; 0 hands the redirect itself over as the response. */
	readonly maxRedirects: number;
	/** Bytes that a response may have, on the wire and decompressed, unless it is stored while it arrives. */
	readonly maxResponseSize: number;
	readonly sendCredentialsOnCrossOriginRedirect: boolean;
	/** Proxy of the node's own option; `undefined` leaves the choice to the environment. */
	readonly proxy: string | undefined;
	/** Accept certificates that cannot be verified. */
	readonly allowUnauthorizedCerts: boolean;
	/** Use connections again; otherwise each request gets a new one, over HTTP/1.1. */
	readonly keepAlive: boolean;
	/** Use HTTP/2 with servers that offer it over TLS. */
	readonly http2: boolean;
	/** Shown in the TLS handshake. */
	readonly clientCertificate?: ClientCertificate | undefined;
	/** Authorizes the request before it is sent, and responds to the server's challenges. */
	readonly authorizer?: Authorizer | undefined;
	/**
	 * Gives the headers that authorize the request. The authorizer sets it for one attempt, and the
	 * transport calls it just before it sends. After a redirect to another origin there is none.
	 */
	readonly sign?: ((request: HttpRequest) => RequestHeaders | Promise<RequestHeaders>) | undefined;
}

export interface AuthorizerOptions {
	/** Ends waits for an authorization server. */
	readonly signal: AbortSignal;
	/** Whether another attempt could not carry the request out twice. */
	readonly mayRepeat: () => boolean;
}

/**
 * Authentication that depends on the URL or on an earlier response. One authorizer serves all
 * requests of a run that use the same credential.
 */
export interface Authorizer {
	/** What is known before the request is sent: the header without its secret, and why not more. */
	readonly preview?: { readonly authorization?: string; readonly note: string };
	/**
	 * Sends a request with authorization, and again, a bounded number of times, where the response
	 * wants other credentials.
	 *
	 * @param next sends one attempt; its `sign` adds the authorization to each hop
	 * @throws when the credential cannot be used, and what `next` throws
	 */
	send<T>(
		request: HttpRequest,
		next: (attempt: HttpRequest) => Promise<HttpResponse<T>>,
		options: AuthorizerOptions,
	): Promise<HttpResponse<T>>;
}
