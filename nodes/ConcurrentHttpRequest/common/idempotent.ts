/**
 * Methods that may be carried out twice: RFC 9110 section 9.2.2, RFC 4918 for those of WebDAV, and
 * draft-ietf-httpbis-safe-method-w-body for QUERY.
 */
const IDEMPOTENT = new Set([
	'GET',
	'HEAD',
	'OPTIONS',
	'TRACE',
	'PUT',
	'DELETE',
	'QUERY',
	'PROPFIND',
	'PROPPATCH',
	'REPORT',
	'SEARCH',
	'MKCOL',
	'COPY',
	'MOVE',
	'UNLOCK',
]);

export function isIdempotent(method: string): boolean {
	return IDEMPOTENT.has(method.toUpperCase());
}
