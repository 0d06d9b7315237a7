import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { n8nEgressPolicy } from '../../egress/n8nEgressPolicy';
import { toText } from '../../common/toText';
import { AuthenticationFailure } from '../AuthenticationFailure';
import type { OAuth2Client, OAuth2Token } from './OAuth2Client';
import { toAuthenticationFailure } from './tokenFailure';

/** n8n's name of the credential type. */
const TYPE = 'oAuth2Api';

/** What of n8n's context tokens need. */
export type OAuth2Context = Pick<IExecuteFunctions, 'getCredentials' | 'helpers'>;

interface TokenData {
	readonly access_token?: unknown;
	readonly n8n_expires_at?: unknown;
}

/**
 * Gets tokens by n8n's own helper, which knows every grant type and way to authenticate that n8n's
 * credential offers, asks the authorization server, stores what it got, and holds a lock across n8n's processes meanwhile. Within the lock it compares the token that it
 * is called with against the stored one, and hands that out where somebody else was faster. So it
 * is called with the token that was refused, as the credential's own.
 *
 * n8n 2.31 asks the server without its egress rules, so its URL is put to them here first.
 *
 * As in HTTP Request, expressions in the credential are resolved for the first item.
 */
export function n8nOAuth2Client(context: OAuth2Context): OAuth2Client {
	const stored = async () => await context.getCredentials(TYPE);

	const egress = n8nEgressPolicy(context.helpers.getSecureEgressFilter());

	const refresh = async (
		credential: ICredentialDataDecryptedObject,
		refused: string | undefined,
	): Promise<OAuth2Token> => {
		const server = URL.parse(toText(credential.accessTokenUrl));
		if (server) await egress.checkUrl(server);
		const data = { ...tokenDataOf(credential), access_token: refused };
		const asRefused = { ...credential, oauthTokenData: data as never };
		const derived = Object.create(context, {
			getCredentials: { value: async () => await Promise.resolve(asRefused) },
		}) as IExecuteFunctions;
		const issued: unknown = await context.helpers.refreshOAuth2Token.call(derived, TYPE);
		return toToken(credential, issued as TokenData, true);
	};

	const asFailure = async (token: Promise<OAuth2Token>): Promise<OAuth2Token> => {
		try {
			return await token;
		} catch (error) {
			throw toAuthenticationFailure(error);
		}
	};

	return {
		signIn: async () =>
			await asFailure(
				(async () => {
					const credential = await stored();
					if (accessTokenOf(credential)) return toToken(credential, tokenDataOf(credential), false);
					// With the other grants somebody has to log in, in n8n's editor.
					if (credential.grantType !== 'clientCredentials') throw notConnected();
					return await refresh(credential, undefined);
				})(),
			),
		renew: async ({ accessToken: refused }) =>
			await asFailure(
				(async () => {
					const credential = await stored();
					const found = accessTokenOf(credential);
					return found !== undefined && found !== refused
						? toToken(credential, tokenDataOf(credential), true)
						: await refresh(credential, refused);
				})(),
			),
	};
}

function toToken(
	{ tokenExpiredStatusCode, ignoreSSLIssues }: ICredentialDataDecryptedObject,
	{ access_token: accessToken, n8n_expires_at: expiresAt }: TokenData,
	isNew: boolean,
): OAuth2Token {
	if (typeof accessToken !== 'string' || accessToken === '') {
		throw new AuthenticationFailure(
			'The authorization server’s answer has no access token',
			'Check the Access Token URL and the other fields of the credential.',
		);
	}
	const time = Number(expiresAt);
	const statusCodes: unknown[] = [tokenExpiredStatusCode ?? 401].flat();
	return {
		accessToken,
		expiresAt: Number.isFinite(time) && time > 0 ? time : undefined,
		expiredStatusCodes: statusCodes.map(Number),
		ignoreSslIssues: ignoreSSLIssues === true,
		isNew,
	};
}

function tokenDataOf({ oauthTokenData }: ICredentialDataDecryptedObject): TokenData {
	const data: unknown = oauthTokenData;
	return typeof data === 'object' && data !== null ? data : {};
}

function accessTokenOf(credential: ICredentialDataDecryptedObject): string | undefined {
	const { access_token: accessToken } = tokenDataOf(credential);
	return typeof accessToken === 'string' && accessToken !== '' ? accessToken : undefined;
}

function notConnected(): AuthenticationFailure {
	return new AuthenticationFailure(
		'The OAuth2 credential is not connected',
		'Open the credential in n8n and connect the account.',
	);
}
