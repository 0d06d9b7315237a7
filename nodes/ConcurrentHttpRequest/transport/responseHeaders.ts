import type { ResponseHead, ResponseHeaders } from './HttpResponse';

/** Headers of which Node keeps only the first line (Node.js documentation, `message.headers`). */
const FIRST_LINE_ONLY = new Set([
	'age',
	'authorization',
	'content-length',
	'content-type',
	'etag',
	'expires',
	'from',
	'host',
	'if-modified-since',
	'if-unmodified-since',
	'last-modified',
	'location',
	'max-forwards',
	'proxy-authorization',
	'referer',
	'retry-after',
	'server',
	'user-agent',
]);

/**
 * Joins repeated header lines as Node's own HTTP client does, because workflows read the
 * result: `set-cookie` is a list, `cookie` is joined with `; `, others with `, ` (RFC 9110
 * section 5.3).
 *
 * @param headers lower-case names; a list where a header came in several lines
 */
export function toResponseHeaders(
	headers: Record<string, string | string[] | undefined>,
): ResponseHeaders {
	const result: ResponseHeaders = {};
	for (const name of Object.keys(headers)) {
		const value = headers[name];
		if (value === undefined) continue;
		if (name === 'set-cookie') {
			result[name] = Array.isArray(value) ? value : [value];
		} else if (!Array.isArray(value)) {
			result[name] = value;
		} else if (FIRST_LINE_ONLY.has(name)) {
			result[name] = value[0] ?? '';
		} else {
			result[name] = value.join(name === 'cookie' ? '; ' : ', ');
		}
	}
	return result;
}

/**
 * Whether an HTTP/1.1 response says where its body ends. One that does not ends with its connection,
 * so that a connection which was lost looks like the end (RFC 9112 section 8).
 */
export function isFramed(headers: ResponseHeaders): boolean {
	if (headers['content-length'] !== undefined) return true;
	const coding = String(headers['transfer-encoding'] ?? '');
	return /(^|,)\s*chunked\s*$/i.test(coding);
}

/** Statuses whose Location names where to go on (RFC 9110 section 15.4, Fetch Standard section 2.2.6). */
const REDIRECT_STATUSES: readonly number[] = [301, 302, 303, 307, 308];

/** Whether a response sends the client elsewhere. */
export function isRedirect({ statusCode, headers }: ResponseHead): boolean {
	const { location } = headers;
	return REDIRECT_STATUSES.includes(statusCode) && typeof location === 'string' && location !== '';
}
