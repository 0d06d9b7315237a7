import type { AuthorizedAttempt, Authorizer } from '../../transport/HttpRequest';
import type { HttpRequest } from '../../transport/HttpRequest';
import type { OAuth2Client, OAuth2Token } from './OAuth2Client';
import { isLasting } from './tokenFailure';

/** Attempts after the first. More than one, for tokens that live no longer than a slow answer. */
const MAX_RESENDS = 3;

/**
 * Bearer tokens (RFC 6750) for all requests of a run.
 *
 * A token that the API refuses is renewed once, however many requests were refused with it: who
 * learns of it later compares the token that was used with the one that is current. Requests that
 * are about to be sent meanwhile wait for the new one. A new token that the API has never accepted
 * is not renewed while it should still be valid: then it is not the token's age that is wrong, and
 * the refusal is the answer.
 */
export class OAuth2Authorizer implements Authorizer {
	private readonly client: OAuth2Client;
	private readonly now: () => number;
	/** The current token, or the one that is being fetched. */
	private token: Promise<OAuth2Token> | undefined;
	private readonly accepted = new WeakSet<OAuth2Token>();
	private readonly replaced = new WeakSet<OAuth2Token>();

	/** @param now milliseconds since 1970 */
	constructor(client: OAuth2Client, now: () => number = Date.now) {
		this.client = client;
		this.now = now;
	}

	async authorize(request: HttpRequest): Promise<AuthorizedAttempt> {
		// Before admission: nobody holds a place among the requests in flight while a token is fetched.
		return this.attempt(request, await this.current(), 0);
	}

	private attempt(request: HttpRequest, first: OAuth2Token, resends: number): AuthorizedAttempt {
		let used: OAuth2Token | undefined;
		/** The URL of the last hop that had the token. */
		let signed: URL | undefined;
		return {
			request: {
				...request,
				allowUnauthorizedCerts: request.allowUnauthorizedCerts || first.ignoreSslIssues,
				sign: async (hop) => {
					signed = hop.url;
					// The token may have been renewed while the request waited for admission.
					used = await this.current();
					const { accessToken } = used;
					if (!request.secrets.includes(accessToken)) request.secrets.push(accessToken);
					return { Authorization: `Bearer ${accessToken}` };
				},
			},
			answered: async (response) => {
				if (!used || response.url !== signed) return undefined;
				if (!used.expiredStatusCodes.includes(response.statusCode)) {
					this.accepted.add(used);
					return undefined;
				}
				if (resends === MAX_RESENDS) return undefined;
				const token = await this.replacementFor(used);
				return token && this.attempt(request, token, resends + 1);
			},
		};
	}

	private async current(): Promise<OAuth2Token> {
		this.token ??= this.remembered(this.client.signIn(), undefined);
		return await this.token;
	}

	private async replacementFor(refused: OAuth2Token): Promise<OAuth2Token | undefined> {
		const current = await this.current();
		if (current !== refused) return current;
		if (!this.mayHaveExpired(refused)) return undefined;
		// Others may have got this far in the same turn of the event loop.
		if (!this.replaced.has(refused)) {
			this.replaced.add(refused);
			this.token = this.remembered(this.client.renew(refused), refused);
		}
		return await this.current();
	}

	private mayHaveExpired(token: OAuth2Token): boolean {
		if (!token.isNew || this.accepted.has(token)) return true;
		return token.expiresAt !== undefined && token.expiresAt <= this.now();
	}

	/** A failure that lasts is the answer to all that follow; after another the next may try again. */
	private remembered(
		token: Promise<OAuth2Token>,
		before: OAuth2Token | undefined,
	): Promise<OAuth2Token> {
		token.catch((error: unknown) => {
			if (isLasting(error)) return;
			this.token = before && Promise.resolve(before);
			if (before) this.replaced.delete(before);
		});
		return token;
	}
}
