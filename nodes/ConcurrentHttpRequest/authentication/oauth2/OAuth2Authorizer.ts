import { unlessAborted } from '../../common/unlessAborted';
import type { Authorizer, AuthorizerOptions, HttpRequest } from '../../transport/HttpRequest';
import type { HttpResponse } from '../../transport/HttpResponse';
import { isLasting } from './tokenFailure';

/** An access token, and what is known about it. */
export interface OAuth2Token {
	readonly accessToken: string;
	/** Milliseconds since 1970, `undefined` where the server did not say. */
	readonly expiresAt: number | undefined;
	/** Statuses by which the API says that a token has expired, usually 401. */
	readonly expiredStatusCodes: readonly number[];
	/** Whether the credential accepts certificates that cannot be verified. */
	readonly ignoreSslIssues: boolean;
	/** Whether the server issued it in this run; otherwise it comes from n8n's store. */
	readonly isNew: boolean;
}

/** Gets tokens for one credential. n8n's own helper, behind it, also stores them. */
export interface OAuth2Client {
	/**
	 * The stored token, or a first one where the grant needs nobody's consent.
	 *
	 * @throws {AuthenticationFailure}
	 */
	signIn(): Promise<OAuth2Token>;
	/**
	 * A token in place of one that the API refused: the stored one where another process has already
	 * renewed it, else a new one, by refresh token or by signing in again.
	 *
	 * @throws {AuthenticationFailure}
	 */
	renew(refused: OAuth2Token): Promise<OAuth2Token>;
}

/** Attempts after the first. More than one, for tokens that live no longer than a slow response. */
const MAX_RESENDS = 3;

/**
 * Bearer tokens (RFC 6750) for all requests of a run.
 *
 * A token that the API refuses is renewed once, however many requests were refused with it: each
 * compares the token it used with the current one. Requests that are about to be sent wait for the
 * new token. A new token that the API has never accepted is not renewed before it expires: its age
 * is not the problem, and the refusal stands.
 */
export class OAuth2Authorizer implements Authorizer {
	readonly preview = {
		authorization: 'Bearer ***',
		note: 'OAuth2: the token is read, or fetched, when the request is sent. A preview fetches none.',
	};
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

	async send<T>(
		request: HttpRequest,
		next: (attempt: HttpRequest) => Promise<HttpResponse<T>>,
		{ signal, mayRepeat }: AuthorizerOptions,
	): Promise<HttpResponse<T>> {
		// Before admission: no request holds a permit while a token is fetched.
		let token = await unlessAborted(this.current(), signal);
		for (let resends = 0; ; resends++) {
			let used: OAuth2Token | undefined;
			/** The URL of the last hop that had the token. */
			let signed: URL | undefined;
			const response = await next({
				...request,
				allowUnauthorizedCerts: request.allowUnauthorizedCerts || token.ignoreSslIssues,
				sign: async (hop) => {
					signed = hop.url;
					// The token may have been renewed while the request waited for admission.
					used = await this.current();
					const { accessToken } = used;
					if (!request.secrets.includes(accessToken)) request.secrets.push(accessToken);
					return { Authorization: `Bearer ${accessToken}` };
				},
			});
			if (!used || response.url !== signed) return response;
			if (!used.expiredStatusCodes.includes(response.statusCode)) {
				this.accepted.add(used);
				return response;
			}
			if (resends === MAX_RESENDS || !mayRepeat()) return response;
			const replacement = await unlessAborted(this.replacementFor(used), signal);
			if (!replacement) return response;
			token = replacement;
		}
	}

	private async current(): Promise<OAuth2Token> {
		this.token ??= this.remembered(this.client.signIn(), undefined);
		return await this.token;
	}

	private async replacementFor(refused: OAuth2Token): Promise<OAuth2Token | undefined> {
		const current = await this.current();
		if (current !== refused) return current;
		if (!this.mayHaveExpired(refused)) return undefined;
		// Others may have come this far in the same turn of the event loop.
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

	/** A lasting failure holds for all later requests; after any other the next one tries again. */
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
