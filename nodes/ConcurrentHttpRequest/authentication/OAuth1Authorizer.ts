import { createHmac, randomBytes } from 'node:crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { toText } from '../common/toText';
import { headerNameIn } from '../transport/requestHeaders';
import type { Authorizer, HttpRequest } from '../transport/HttpRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import { AuthenticationFailure } from './AuthenticationFailure';

/** Node's name of the hash function, by the method's name in the protocol. */
const HASHES: Record<string, string> = {
	'HMAC-SHA1': 'sha1',
	'HMAC-SHA256': 'sha256',
	'HMAC-SHA512': 'sha512',
};

/** Names and values, decoded. A name may occur more than once. */
type Parameters = ReadonlyArray<readonly [name: string, value: string]>;

/**
 * Signs requests by OAuth 1.0 (RFC 5849): each hop anew, since the signature covers method, URL,
 * and the body where it is a form. Responses change nothing.
 */
export class OAuth1Authorizer implements Authorizer {
	readonly preview = {
		authorization: 'OAuth ***',
		note: 'OAuth1: the request is signed when it is sent.',
	};
	private readonly consumerKey: string;
	private readonly token: string;
	private readonly signatureMethod: string;
	/** Signs a text. SHA-256 and SHA-512 in place of SHA-1 are in use, though no standard has them. */
	private readonly hmac: (text: string) => string;

	/** @throws {AuthenticationFailure} when the credential has not been connected */
	constructor(credential: ICredentialDataDecryptedObject) {
		const tokens = credential.oauthTokenData as Record<string, unknown> | undefined;
		if (typeof tokens?.oauth_token !== 'string') {
			throw new AuthenticationFailure(
				'The OAuth1 credential is not connected',
				'Open the credential in n8n and connect the account.',
			);
		}
		this.consumerKey = toText(credential.consumerKey);
		this.token = tokens.oauth_token;
		this.signatureMethod = toText(credential.signatureMethod) || 'HMAC-SHA1';
		const hash = HASHES[this.signatureMethod] ?? 'sha1';
		const secrets = [toText(credential.consumerSecret), toText(tokens.oauth_token_secret)];
		const key = secrets.map(percentEncode).join('&');
		this.hmac = (text) => createHmac(hash, key).update(text).digest('base64');
	}

	async send<T>(
		request: HttpRequest,
		next: (attempt: HttpRequest) => Promise<HttpResponse<T>>,
	): Promise<HttpResponse<T>> {
		const sign = (hop: HttpRequest) => {
			const authorization = this.authorization(hop);
			request.secrets.push(authorization);
			return { Authorization: authorization };
		};
		return await next({ ...request, sign });
	}

	private authorization(hop: HttpRequest): string {
		const protocol: Parameters = [
			['oauth_consumer_key', this.consumerKey],
			['oauth_nonce', randomBytes(24).toString('base64url')],
			['oauth_signature_method', this.signatureMethod],
			['oauth_timestamp', String(Math.floor(Date.now() / 1000))],
			['oauth_token', this.token],
			['oauth_version', '1.0'],
		];
		const signature = this.hmac(signatureBase(hop, [...protocol, ...formOf(hop)]));
		const parts = [...protocol, ['oauth_signature', signature] as const].map(
			([name, value]) => `${name}="${percentEncode(value)}"`,
		);
		return `OAuth ${parts.join(', ')}`;
	}
}

/**
 * The text that is signed (RFC 5849 section 3.4.1).
 *
 * @param parameters of the protocol and of a form in the body, besides those of the URL
 */
export function signatureBase(
	{ method, url }: Pick<HttpRequest, 'method' | 'url'>,
	parameters: Parameters,
): string {
	const pairs = [...url.searchParams, ...parameters]
		.map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
		.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
		.map(([name, value]) => `${name}=${value}`);
	const parts = [method.toUpperCase(), url.origin + url.pathname, pairs.join('&')];
	return parts.map(percentEncode).join('&');
}

/** A body is signed only where it is a form (RFC 5849 section 3.4.1.3.1). */
function formOf({ headers, body }: HttpRequest): Parameters {
	if (typeof body !== 'string' && !Buffer.isBuffer(body)) return [];
	const contentType = toText(headers[headerNameIn(headers, 'content-type') ?? '']);
	const isForm = contentType.toLowerCase().startsWith('application/x-www-form-urlencoded');
	return isForm ? [...new URLSearchParams(body.toString())] : [];
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
