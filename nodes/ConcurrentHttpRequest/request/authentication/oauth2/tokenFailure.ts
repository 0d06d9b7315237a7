import { AuthenticationFailure } from '../AuthenticationFailure';

/** What the authorization server, or n8n's client for it, said. */
interface TokenError {
	readonly message?: unknown;
	readonly description?: unknown;
	readonly name?: unknown;
	/** `EAUTH`: an error of the protocol; `ESTATUS`: another refusal. */
	readonly code?: unknown;
	readonly status?: unknown;
	readonly body?: { readonly error?: unknown };
	readonly cause?: unknown;
}

const CHECK =
	'Open the credential in n8n: check its fields and reconnect it, or ask whoever runs the authorization server.';

/** Says why there is no token. The text is n8n's own, or that of the authorization server. */
export function toAuthenticationFailure(error: unknown): AuthenticationFailure {
	if (error instanceof AuthenticationFailure) return error;
	const { message, description } = (error ?? {}) as TokenError;
	return new AuthenticationFailure(
		`No access token for the OAuth2 credential: ${typeof message === 'string' ? message : String(error)}`,
		typeof description === 'string' && description !== '' ? description : CHECK,
		error,
	);
}

/** Errors by which an authorization server says that it cannot answer now (RFC 6749 section 4.1.2.1). */
const PASSING = new Set(['server_error', 'temporarily_unavailable']);

/**
 * Whether asking again within the run is of no use: the authorization server has said no, or there
 * is nothing to ask with. A server that cannot be reached, fails or is busy may answer next time.
 */
export function isLasting(error: unknown): boolean {
	// An error, what n8n wrapped into it, and what its OAuth client wrapped into that.
	let current = error as TokenError | undefined;
	for (let depth = 0; depth < 4 && typeof current === 'object' && current; depth++) {
		if (current.code === 'EAUTH') return !PASSING.has(String(current.body?.error));
		if (current.code === 'ESTATUS') return current.status !== 429;
		const isFinal =
			current.name === 'NodeOperationError' ||
			/no refresh token/.test(String(current.message)) ||
			(current instanceof AuthenticationFailure && current.cause === undefined);
		if (isFinal) return true;
		current = current.cause as TokenError | undefined;
	}
	return false;
}
