import { AuthenticationFailure } from '../AuthenticationFailure';

/** An error of the authorization server, or of n8n's client for it. */
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

/** Says why there is no token, in the words of n8n or of the authorization server. */
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

/** Where n8n's client quotes a response that it cannot read. It may hold a new token. */
const QUOTED_BODY = / but received: .*/s;

/** Characters of a response's body that n8n quotes. */
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

/** An error and its causes: n8n's, and within that its OAuth client's. */
function chainOf(error: unknown): TokenError[] {
	const chain: TokenError[] = [];
	let current = error;
	while (chain.length < 4 && typeof current === 'object' && current !== null) {
		chain.push(current);
		current = (current as TokenError).cause;
	}
	return chain;
}

/** Errors of an authorization server that will pass (RFC 6749 section 4.1.2.1). */
const PASSING = new Set(['server_error', 'temporarily_unavailable']);

/**
 * Whether another request for a token in this run is useless: the authorization server has refused
 * it, or there is nothing to send. A server that is unreachable, failing or busy may respond later.
 */
export function isLasting(error: unknown): boolean {
	for (const current of chainOf(error)) {
		if (current.code === 'EAUTH') {
			const { error: code } = (current.body ?? {}) as { error?: unknown };
			return !PASSING.has(String(code));
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
