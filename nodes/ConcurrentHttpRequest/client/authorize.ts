import type { Middleware } from './Send';

/**
 * Authorizes requests whose credential depends on the URL or on an earlier response (Digest, OAuth1,
 * OAuth2). Their authorizer sends them, and again after a challenge.
 *
 * @param signal ends waits for an authorization server
 */
export function authorize<T>(signal: AbortSignal): Middleware<T> {
	return (next) => (request, call) =>
		request.authorizer
			? request.authorizer.send(request, (attempt) => next(attempt, call), signal)
			: next(request, call);
}
