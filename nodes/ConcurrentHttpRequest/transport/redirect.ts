import type { Hop, HttpRequest, RequestHeaders } from './HttpRequest';
import type { HttpResponse, ResponseHead } from './HttpResponse';
import { TransportFailure } from './TransportFailure';

/** Headers that carry credentials wherever they come from (RFC 9110 section 15.4). */
const CREDENTIAL_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie']);

export function isCredentialHeader(name: string): boolean {
	return CREDENTIAL_HEADERS.has(name.toLowerCase());
}

/** Whether an answer sends the client elsewhere: any 3xx with a Location, as HTTP Request has it. */
export function isRedirect(response: ResponseHead): boolean {
	return (
		response.statusCode >= 300 &&
		response.statusCode < 400 &&
		typeof response.headers.location === 'string' &&
		response.headers.location !== ''
	);
}

/** Whether what the request has of credentials may go to a URL that it was redirected to. */
export function mayCarryCredentials(request: HttpRequest, url: URL): boolean {
	return url.origin === request.origin || request.sendCredentialsOnCrossOriginRedirect;
}

/**
 * The request that a redirect asks for (RFC 9110 section 15.4): 303 turns everything but HEAD
 * into a GET without a body, 301 and 302 do so for POST, as browsers do; 307 and 308 repeat the
 * request as it was. Credentials go only to the origin that they were meant for.
 *
 * @param request the request as the item asked for it
 * @param current the request that was redirected
 * @throws {TransportFailure} when the target is no http(s) URL, or the body with a credential in
 * it would go to another origin
 */
export function redirected(request: HttpRequest, current: Hop, response: HttpResponse): Hop {
	const url = targetOf(current.url, String(response.headers.location));
	const method = methodAfter(current.method, response.statusCode);
	const dropBody = method !== request.method;
	const body = dropBody ? undefined : current.body;
	const keepCredentials = mayCarryCredentials(request, url);
	if (!keepCredentials && request.credential.inBody && body !== undefined) {
		throw new TransportFailure(
			'redirect not followed',
			`The server redirects to ${url.origin} and asks for the body again, which holds a credential meant for ${request.url.origin}`,
		);
	}
	const headers = Object.create(null) as RequestHeaders;
	for (const [name, value] of Object.entries(request.headers)) {
		const lowerCase = name.toLowerCase();
		if (lowerCase === 'host') continue;
		if (dropBody && lowerCase.startsWith('content-')) continue;
		const isCredential =
			CREDENTIAL_HEADERS.has(lowerCase) || request.credential.headerNames.has(lowerCase);
		if (isCredential && !keepCredentials) continue;
		headers[name] = value;
	}
	return { method, url, origin: url.origin, headers, body };
}

function targetOf(from: URL, location: string): URL {
	let url: URL;
	try {
		url = new URL(location, from);
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
	// A password in a Location would be the server's own; it is neither sent nor shown.
	url.username = '';
	url.password = '';
	return url;
}

function methodAfter(method: string, statusCode: number): string {
	const becomesGet =
		(statusCode === 303 && method !== 'GET' && method !== 'HEAD') ||
		((statusCode === 301 || statusCode === 302) && method === 'POST');
	return becomesGet ? 'GET' : method;
}
