import type { Authorizer } from './Authorizer';
import type { ClientCertificate } from './ClientCertificate';
import type { RepeatableBody } from './RepeatableBody';

/** Header names as they go on the wire. A list value becomes one header line for each entry. */
export type RequestHeaders = Record<string, string | string[]>;

/**
 * What of a request came from a credential. It belongs to the origin that the request was
 * made for: the transport leaves it out when a redirect leads to another origin, and never
 * sends it to a host outside `allowedDomains`.
 */
export interface CredentialParts {
	/** Lower-case names of the headers that the credential set. */
	readonly headerNames: ReadonlySet<string>;
	/** Whether the credential put something into the body. */
	readonly inBody: boolean;
	/** The credential's "Allowed Domains" list, `undefined` for any host. */
	readonly allowedDomains: string | undefined;
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
	readonly credential: CredentialParts;
	/**
	 * Texts that must not appear in an error: passwords, tokens, keys. The list grows by what an
	 * authorizer computes while the request is on its way.
	 */
	readonly secrets: string[];
	/** Milliseconds for connecting, sending, and receiving the whole answer, redirects included. */
	readonly timeout: number;
	/** Redirects to follow before giving up; 0 hands the redirect itself over as the answer. */
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
	/** Answers the server's challenges: see `sendAuthorized`, through which such requests are sent. */
	readonly authorizer?: Authorizer | undefined;
	/** Set by the authorizer for one attempt. */
	readonly sign?: SignHop | undefined;
}

/** What a signature may cover. After a redirect, the request that is really made. */
export interface Hop extends Pick<HttpRequest, 'method' | 'url' | 'origin' | 'headers' | 'body'> {
	/** Whether a redirect has led to another origin, so that no credential is sent any more. */
	readonly withoutCredentials?: boolean;
}

/**
 * Gives the headers that authorize a hop. The transport calls it just before it sends, and only
 * for origins that the credential may go to.
 */
export type SignHop = (hop: Hop) => RequestHeaders | Promise<RequestHeaders>;
