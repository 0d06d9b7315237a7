import type { ResponseHeaders } from './HttpResponse';

/**
 * Whether an HTTP/1.1 response says where its body ends. One that does not ends with its connection,
 * so that a connection which was lost looks like the end (RFC 9112 section 8).
 */
export function isFramed(headers: ResponseHeaders): boolean {
	if (headers['content-length'] !== undefined) return true;
	const coding = String(headers['transfer-encoding'] ?? '');
	return /(^|,)\s*chunked\s*$/i.test(coding);
}
