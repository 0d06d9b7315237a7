import { randomBytes } from 'node:crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { AuthorizedAttempt, Authorizer } from '../../transport/HttpRequest';
import type { HttpRequest } from '../../transport/HttpRequest';
import { headerText } from '../../request/headers';
import { toText } from '../../common/toText';
import { AuthenticationFailure } from '../AuthenticationFailure';
import { decodeForm, type Parameters, percentEncode, signatureOf } from './signature';

const FORM = 'application/x-www-form-urlencoded';

/** What a connected OAuth1 credential holds. */
export interface OAuth1Credential {
	readonly consumerKey: string;
	readonly consumerSecret: string;
	readonly token: string;
	readonly tokenSecret: string;
	/** `HMAC-SHA1`, `HMAC-SHA256` or `HMAC-SHA512`. */
	readonly signatureMethod: string;
}

/** @throws {AuthenticationFailure} when the credential has not been connected */
export function readOAuth1Credential(data: ICredentialDataDecryptedObject): OAuth1Credential {
	const tokens = data.oauthTokenData as Record<string, unknown> | undefined;
	if (typeof tokens?.oauth_token !== 'string') {
		throw new AuthenticationFailure(
			'The OAuth1 credential is not connected',
			'Open the credential in n8n and connect the account.',
		);
	}
	return {
		consumerKey: toText(data.consumerKey),
		consumerSecret: toText(data.consumerSecret),
		token: tokens.oauth_token,
		tokenSecret: toText(tokens.oauth_token_secret),
		signatureMethod: toText(data.signatureMethod) || 'HMAC-SHA1',
	};
}

/**
 * Signs requests by OAuth 1.0 (RFC 5849): each hop anew, since the signature covers method, URL,
 * and the body where it is a form. The server's answer changes nothing.
 */
export class OAuth1Authorizer implements Authorizer {
	private readonly credential: OAuth1Credential;

	constructor(credential: OAuth1Credential) {
		this.credential = credential;
	}

	authorize(request: HttpRequest): AuthorizedAttempt {
		const sign = (hop: HttpRequest) => {
			const authorization = this.authorization(hop);
			request.secrets.push(authorization);
			return { Authorization: authorization };
		};
		return { request: { ...request, sign }, answered: () => undefined };
	}

	private authorization(hop: HttpRequest): string {
		const { consumerKey, consumerSecret, token, tokenSecret, signatureMethod } = this.credential;
		const protocol: Parameters = [
			['oauth_consumer_key', consumerKey],
			['oauth_nonce', randomBytes(24).toString('base64url')],
			['oauth_signature_method', signatureMethod],
			['oauth_timestamp', String(Math.floor(Date.now() / 1000))],
			['oauth_token', token],
			['oauth_version', '1.0'],
		];
		const { method, url } = hop;
		const signature = signatureOf({
			...{ method, url, form: formOf(hop), protocol },
			...{ signatureMethod, consumerSecret, tokenSecret },
		});
		const parts = [...protocol, ['oauth_signature', signature] as const].map(
			([name, value]) => `${name}="${percentEncode(value)}"`,
		);
		return `OAuth ${parts.join(', ')}`;
	}
}

/** A body is signed only where it is a form (RFC 5849 section 3.4.1.3.1). */
function formOf({ headers, body }: HttpRequest): Parameters {
	const isText = typeof body === 'string' || Buffer.isBuffer(body);
	if (!isText) return [];
	const contentType = headerText(headers, 'content-type') ?? '';
	const isForm = contentType.toLowerCase().startsWith(FORM);
	return isForm ? decodeForm(body.toString()) : [];
}
