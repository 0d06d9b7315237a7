import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import type { HttpResponse } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';

/** The settings of a request without options, as HTTP Request has them. */
export const DEFAULT_SETTINGS = {
	timeout: 300_000,
	maxRedirects: 21,
	maxResponseSize: 64 * 1024 * 1024,
	sendCredentialsOnCrossOriginRedirect: false,
	proxy: undefined,
	allowUnauthorizedCerts: false,
	http2: true,
	keepAlive: true,
};

/** A plain GET, with changes. */
export function requestTo(url: string, changes: Partial<HttpRequest> = {}): HttpRequest {
	return {
		method: 'GET',
		url: new URL(url),
		origin: new URL(url).origin,
		headers: {},
		body: undefined,
		credential: {
			headerNames: new Set(),
			inBody: false,
			inQuery: false,
			allowedDomains: undefined,
		},
		secrets: [],
		...DEFAULT_SETTINGS,
		...changes,
	};
}

/** A response with this status and body; JSON by default. */
export function responseWith(
	statusCode: number,
	body: unknown,
	contentType = 'application/json',
): HttpResponse {
	return {
		statusCode,
		statusMessage: 'Message',
		headers: contentType === '' ? {} : { 'content-type': contentType },
		body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
		url: new URL('http://x.test/'),
	};
}
