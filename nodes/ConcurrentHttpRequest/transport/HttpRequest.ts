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
	/** Of an encrypted key. */
	readonly passphrase?: string | undefined;
	/** Comma-separated hosts that it may be shown to, `undefined` for any. */
	readonly allowedDomains?: string | undefined;
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
	/**
	 * What came from a credential. It belongs to the origin that the request was made for: it is left
	 * out when a redirect leads to another origin, and never sent to a host outside `allowedDomains`.
	 */
	readonly credential: {
		/** Lower-case names of the headers that the credential set. */
		readonly headerNames: ReadonlySet<string>;
		/** Whether the credential put something into the body. */
		readonly inBody: boolean;
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

/**
 * Authentication that cannot be written into a request once and for all, because it depends on
 * what the server said before, or on the URL that is really asked for. One authorizer serves
 * all requests of a run that use the same credential.
 */
export interface Authorizer {
	/**
	 * Called before each request is sent, and again for each later page.
	 *
	 * @throws when the credential cannot be used
	 */
	authorize(request: HttpRequest): AuthorizedAttempt | Promise<AuthorizedAttempt>;
}

/** A request with authorization. */
export interface AuthorizedAttempt {
	/** The request to send; its `sign` adds the authorization to each hop. */
	readonly request: HttpRequest;
	/**
	 * Takes note of the response.
	 *
	 * @returns the next attempt, where the response asks for other credentials and there are some;
	 * `undefined` where the response stands. The number of attempts is bounded.
	 * @throws when new credentials are needed and cannot be had
	 */
	answered(
		response: HttpResponse,
	): AuthorizedAttempt | undefined | Promise<AuthorizedAttempt | undefined>;
}
