import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Authorizer } from '../transport/HttpRequest';
import { toText } from '../common/toText';
import { DigestAuthorizer } from './digest/DigestAuthorizer';
import { OAuth1Authorizer, readOAuth1Credential } from './oauth1/OAuth1Authorizer';
import { n8nOAuth2Client, type OAuth2Context } from './oauth2/n8nOAuth2Client';
import { OAuth2Authorizer } from './oauth2/OAuth2Authorizer';

/** Makes, or finds, the authorizer for a credential. */
type AuthorizerKind = (credential: ICredentialDataDecryptedObject) => Authorizer;

/**
 * The authorizers of one run. Each is shared by all items that use the same credential, so that
 * nonces and tokens are asked for once.
 */
export class RunAuthorizers {
	private readonly kinds: ReadonlyMap<string, AuthorizerKind>;

	constructor(context: OAuth2Context) {
		const digests = new Map<string, Authorizer>();
		let oAuth1: Authorizer | undefined;
		let oAuth2: Authorizer | undefined;
		this.kinds = new Map(
			Object.entries<AuthorizerKind>({
				// The login may hold expressions, and differ from item to item.
				httpDigestAuth: (credential) => {
					const login = { user: toText(credential.user), password: toText(credential.password) };
					const key = JSON.stringify(login);
					const authorizer = digests.get(key) ?? new DigestAuthorizer(login);
					digests.set(key, authorizer);
					return authorizer;
				},
				// As in HTTP Request, one login serves all items with these two.
				oAuth1Api: (credential) =>
					(oAuth1 ??= new OAuth1Authorizer(readOAuth1Credential(credential))),
				oAuth2Api: () => (oAuth2 ??= new OAuth2Authorizer(n8nOAuth2Client(context))),
			}),
		);
	}

	/** The kind for a type of credential, `undefined` where there is none. */
	kind(type: string): AuthorizerKind | undefined {
		return this.kinds.get(type);
	}
}
