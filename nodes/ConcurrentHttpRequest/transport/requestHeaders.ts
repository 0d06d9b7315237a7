/**
 * Finds a request header whatever its upper and lower case (RFC 9110 section 5.1): requests keep
 * names as their users wrote them.
 *
 * @returns the name as it is written in `headers`, `undefined` where there is none
 */
export function headerNameIn(headers: Record<string, unknown>, name: string): string | undefined {
	const lowerCase = name.toLowerCase();
	for (const existing in headers) {
		if (existing.toLowerCase() === lowerCase) return existing;
	}
	return undefined;
}

/** Headers that carry credentials wherever they come from (RFC 9110 section 15.4). */
const CREDENTIAL_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie']);

export function isCredentialHeader(name: string): boolean {
	return CREDENTIAL_HEADERS.has(name.toLowerCase());
}
