import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { n8nEgressPolicy } from '../../egress/n8nEgressPolicy';
import { toText } from '../../common/toText';
import { AuthenticationFailure } from '../AuthenticationFailure';
import type { OAuth2Client, OAuth2Token } from './OAuth2Authorizer';
import { toAuthenticationFailure } from './tokenFailure';

/** n8n's name of the credential type. */
const TYPE = 'oAuth2Api';

/**
 * Gets tokens by n8n's own helper. It knows every grant type and client authentication that n8n's
 * credential offers, requests and stores tokens, and holds a lock across n8n's processes meanwhile.
 * Within the lock it compares the token it is given with the stored one, and returns the stored one
 * where another process was faster. So it is called with the refused token as the credential's own.
 *
 * n8n 2.30 and 2.31 request tokens without its egress rules, so the server's URL is checked here first.
 *
 * As in HTTP Request, expressions in the credential are resolved for the first item.
 */
export function n8nOAuth2Client(context: IExecuteFunctions): OAuth2Client {
	const egress = n8nEgressPolicy(context.helpers.getSecureEgressFilter());

	const refresh = async (
		credential: ICredentialDataDecryptedObject,
		refused?: string,
	): Promise<OAuth2Token> => {
		const server = URL.parse(toText(credential.accessTokenUrl));
		if (server) await egress.checkUrl(server);
		const stored = tokenDataOf(credential);
		const data = refused === undefined ? stored : { ...stored, access_token: refused };
		const asRefused = { ...credential, oauthTokenData: data as never };
		const derived = Object.create(context, {
			getCredentials: { value: async () => asRefused },
		}) as IExecuteFunctions;
		const issued: unknown = await context.helpers.refreshOAuth2Token.call(derived, TYPE);
		return toToken(credential, issued as TokenData, true);
	};

	/** Passes the credential on as it is stored now. */
	const withStored = async (
		getToken: (credential: ICredentialDataDecryptedObject) => OAuth2Token | Promise<OAuth2Token>,
	): Promise<OAuth2Token> => {
		try {
			return await getToken(await context.getCredentials(TYPE));
		} catch (error) {
			throw toAuthenticationFailure(error);
		}
	};

	return {
		signIn: () =>
			withStored((credential) => {
				if (accessTokenOf(credential)) return toToken(credential, tokenDataOf(credential), false);
				if (credential.grantType === 'clientCredentials') return refresh(credential);
				// With the other grants somebody has to log in, in n8n's editor.
				throw new AuthenticationFailure(
					'The OAuth2 credential is not connected',
					'Open the credential in n8n and connect the account.',
				);
			}),
		renew: ({ accessToken: refused }) =>
			withStored((credential) => {
				const found = accessTokenOf(credential);
				return found !== undefined && found !== refused
					? toToken(credential, tokenDataOf(credential), false)
					: refresh(credential, refused);
			}),
	};
}

interface TokenData {
	readonly access_token?: unknown;
	readonly n8n_expires_at?: unknown;
}

function toToken(
	{ tokenExpiredStatusCode, ignoreSSLIssues }: ICredentialDataDecryptedObject,
	{ access_token: accessToken, n8n_expires_at: expiresAt }: TokenData,
	isNew: boolean,
): OAuth2Token {
	if (typeof accessToken !== 'string' || accessToken === '') {
		throw new AuthenticationFailure(
			'The authorization server’s response has no access token',
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
