import { AuthenticationFailure } from '../AuthenticationFailure';

/** What the authorization server, or n8n's client for it, said. */
interface TokenError {
	readonly message?: unknown;
	readonly description?: unknown;
	readonly name?: unknown;
	/** `EAUTH`: an error of the protocol; `ESTATUS`: another refusal. */
	readonly code?: unknown;
	readonly status?: unknown;
	readonly body?: unknown;
	readonly cause?: unknown;
}

const CHECK =
	'Open the credential in n8n: check its fields and reconnect it, or ask whoever runs the authorization server.';

/** Says why there is no token. The text is n8n's own, or that of the authorization server. */
export function toAuthenticationFailure(error: unknown): AuthenticationFailure {
	if (error instanceof AuthenticationFailure) return error;
	const { message, description } = (error ?? {}) as TokenError;
	const said = typeof message === 'string' ? message : String(error);
	return new AuthenticationFailure(
		`No access token for the OAuth2 credential: ${withoutQuotedBody(said, error)}`,
		typeof description === 'string' && description !== '' ? description : CHECK,
		error,
	);
}

/** What n8n's client quotes of a response that it cannot read. It may hold a fresh token. */
const QUOTED_BODY = / but received: .*/s;

/** Characters of a response's body that are quoted. */
const QUOTED = 100;

function withoutQuotedBody(said: string, error: unknown): string {
	const bodies = chainOf(error).map(({ body }) => (typeof body === 'string' ? body : ''));
	return bodies
		.filter((body) => body !== '')
		.reduce<string>(
			(text, body) => text.replaceAll(body, '…').replaceAll(body.slice(0, QUOTED), '…'),
			said.replace(
				QUOTED_BODY,
				' but received something else, which is not shown: it may hold a token',
			),
		);
}

/** An error, what n8n wrapped into it, and what its OAuth client wrapped into that. */
function chainOf(error: unknown): TokenError[] {
	const chain: TokenError[] = [];
	let current = error;
	while (chain.length < 4 && typeof current === 'object' && current !== null) {
		chain.push(current);
		current = (current as TokenError).cause;
	}
	return chain;
}

/** Errors by which an authorization server says that it cannot answer now (RFC 6749 section 4.1.2.1). */
const PASSING = new Set(['server_error', 'temporarily_unavailable']);

/**
 * Whether asking again within the run is of no use: the authorization server has said no, or there
 * is nothing to ask with. A server that cannot be reached, fails or is busy may answer next time.
 */
export function isLasting(error: unknown): boolean {
	for (const current of chainOf(error)) {
		if (current.code === 'EAUTH') {
			const { error: word } = (current.body ?? {}) as { error?: unknown };
			return !PASSING.has(String(word));
		}
		if (current.code === 'ESTATUS') return current.status !== 429;
		const isFinal =
			current.name === 'NodeOperationError' ||
			/no refresh token/.test(String(current.message)) ||
			(current instanceof AuthenticationFailure && current.cause === undefined);
		if (isFinal) return true;
	}
	return false;
}
