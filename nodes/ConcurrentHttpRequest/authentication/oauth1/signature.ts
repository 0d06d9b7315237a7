import { createHmac } from 'node:crypto';

/** Node's name of the hash function, by the method's name in the protocol. */
const HASHES: Record<string, string> = {
	'HMAC-SHA1': 'sha1',
	'HMAC-SHA256': 'sha256',
	'HMAC-SHA512': 'sha512',
};

export type Parameters = ReadonlyArray<readonly [name: string, value: string]>;

export interface SignatureInput {
	readonly method: string;
	readonly url: URL;
	/** Of the form in the body, decoded; empty for other bodies. */
	readonly form: Parameters;
	/** Of the Authorization header, without `oauth_signature` and `realm`. */
	readonly protocol: Parameters;
	readonly signatureMethod: string;
	readonly consumerSecret: string;
	readonly tokenSecret: string;
}

/**
 * The HMAC signature of a request (RFC 5849 section 3.4), in base64. SHA-256 and SHA-512 take the
 * place of SHA-1 as all who offer them understand it; there is no standard for it.
 */
export function signatureOf(input: SignatureInput): string {
	const key = `${percentEncode(input.consumerSecret)}&${percentEncode(input.tokenSecret)}`;
	const hash = HASHES[input.signatureMethod] ?? 'sha1';
	return createHmac(hash, key).update(signatureBase(input)).digest('base64');
}

/** The text that is signed (RFC 5849 section 3.4.1). */
export function signatureBase({
	method,
	url,
	form,
	protocol,
}: Pick<SignatureInput, 'method' | 'url' | 'form' | 'protocol'>): string {
	const parameters = [...decodeForm(url.search.slice(1)), ...form, ...protocol]
		.map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
		.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
		.map(([name, value]) => `${name}=${value}`)
		.join('&');
	const baseUri = url.origin + url.pathname;
	return [method.toUpperCase(), baseUri, parameters].map(percentEncode).join('&');
}

/** Names and values of `application/x-www-form-urlencoded` text (RFC 5849 section 3.4.1.3.1). */
export function decodeForm(text: string): Parameters {
	return [...new URLSearchParams(text)];
}

/** RFC 5849 section 3.6: everything but RFC 3986's unreserved characters, of UTF-8. */
export function percentEncode(text: string): string {
	return encodeURIComponent(text).replace(
		/[!'()*]/g,
		(character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}

/** By bytes: what is compared is ASCII. */
function compare(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
