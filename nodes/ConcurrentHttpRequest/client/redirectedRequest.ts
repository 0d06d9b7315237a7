import type { HttpRequest, RequestHeaders } from '../transport/HttpRequest';
import type { ResponseHead } from '../transport/HttpResponse';
import { isCredentialHeader } from '../transport/requestHeaders';
import { TransportFailure } from '../transport/TransportFailure';

/** Whether credentials go along with a redirect. Another origin does not get them. */
export function keepsCredentials({ url: from, ...request }: RedirectingRequest, to: URL): boolean {
	if (request.sendCredentialsOnCrossOriginRedirect) return true;
	return to.origin === from.origin || isUpgrade(from, to);
}

type RedirectingRequest = Pick<HttpRequest, 'url' | 'sendCredentialsOnCrossOriginRedirect'>;

/** From http to https on the default ports of the same host, as HTTP Request keeps credentials. */
function isUpgrade(from: URL, to: URL): boolean {
	return from.protocol === 'http:' && to.protocol === 'https:' && from.host === to.host && !to.port;
}

/**
 * The request that a redirect asks for (RFC 9110 section 15.4): 303 turns everything but HEAD
 * into a GET without a body, 301 and 302 do so for POST, as browsers do; 307 and 308 repeat the
 * request as it was. A redirect to another origin leaves the credentials out. A redirect back does not
 * restore them, because the other origin chose its URL (Fetch Standard section 4.4).
 *
 * @param request the request that was redirected
 * @throws {TransportFailure} when the target is no http(s) URL, or the body with a credential in
 * it would go to another origin
 */
export function redirected(request: HttpRequest, response: ResponseHead): HttpRequest {
	const url = targetOf(request.url, String(response.headers.location));
	const method = methodAfter(request.method, response.statusCode);
	const dropBody = method !== request.method;
	const body = dropBody ? undefined : request.body;
	const keepCredentials = keepsCredentials(request, url);
	if (!keepCredentials && request.credential.inBody && body !== undefined) {
		const failure = new TransportFailure(
			'redirect not followed',
			`The server redirects to ${url.origin} and asks for the body again, which holds a credential meant for ${request.url.origin}`,
		);
		failure.hint = `Enter the URL at ${url.origin}, or, if you trust that server, switch on Options > Send Credentials on Redirect.`;
		throw failure;
	}
	const headers = Object.create(null) as RequestHeaders;
	for (const [name, value] of Object.entries(request.headers)) {
		const lowerCase = name.toLowerCase();
		if (lowerCase === 'host') continue;
		if (dropBody && lowerCase.startsWith('content-')) continue;
		const isCredential = isCredentialHeader(name) || request.credential.headerNames.has(lowerCase);
		if (isCredential && !keepCredentials) continue;
		headers[name] = value;
	}
	const next: HttpRequest = { ...request, method, url, origin: url.origin, headers, body };
	return keepCredentials ? next : withoutCredentials(next);
}

/** Drops the credential outside headers and body. Of a client certificate, the trusted CAs remain. */
function withoutCredentials(request: HttpRequest): HttpRequest {
	const { id = '', ca } = request.clientCertificate ?? {};
	return {
		...request,
		sign: undefined,
		clientCertificate: ca === undefined ? undefined : { id: `${id} ca`, ca },
	};
}

function targetOf(from: URL, location: string): URL {
	let url: URL;
	try {
		url = new URL(location.replace(/[\x80-\xff]/g, percentEncodeByte), from);
	} catch (error) {
		throw new TransportFailure(
			'redirect not followed',
			'The server redirects to something that is not a URL',
			error,
		);
	}
	if (url.protocol !== 'http:' && url.protocol !== 'https:') {
		throw new TransportFailure(
			'redirect not followed',
			`The server redirects to a ${url.protocol} address; only http and https are followed`,
		);
	}
	// A login in a Location is the server's own. It is neither sent nor shown.
	url.username = '';
	url.password = '';
	return url;
}

/** Bytes beyond ASCII arrive as latin-1. They are sent back unchanged, as browsers do. */
function percentEncodeByte(byte: string): string {
	return `%${byte.charCodeAt(0).toString(16).toUpperCase()}`;
}

function methodAfter(method: string, statusCode: number): string {
	const becomesGet =
		(statusCode === 303 && method !== 'GET' && method !== 'HEAD') ||
		((statusCode === 301 || statusCode === 302) && method === 'POST');
	return becomesGet ? 'GET' : method;
}
