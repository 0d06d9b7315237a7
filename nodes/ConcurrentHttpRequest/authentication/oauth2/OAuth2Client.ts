/** An access token, and what is known about it. */
export interface OAuth2Token {
	readonly accessToken: string;
	/** Milliseconds since 1970, `undefined` where the server did not say. */
	readonly expiresAt: number | undefined;
	/** Statuses by which the API says that a token has expired; 401 as a rule. */
	readonly expiredStatusCodes: readonly number[];
	/** Whether the credential wants certificates of its servers accepted unverified. */
	readonly ignoreSslIssues: boolean;
	/** Whether the server has issued it in this run, rather than the store handing it out. */
	readonly isNew: boolean;
}

/** Gets tokens for one credential. n8n's own helper is behind it, which also stores them. */
export interface OAuth2Client {
	/**
	 * The stored token, or a first one where the grant needs nobody's consent.
	 *
	 * @throws {AuthenticationFailure}
	 */
	signIn(): Promise<OAuth2Token>;
	/**
	 * A token in place of one that the API refused: the stored one, where somebody else has renewed
	 * it already, else a new one, by refresh token or by signing in anew.
	 *
	 * @throws {AuthenticationFailure}
	 */
	renew(refused: OAuth2Token): Promise<OAuth2Token>;
}
