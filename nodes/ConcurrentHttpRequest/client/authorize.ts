import { isIdempotent } from '../common/idempotent';
import type { HttpRequest } from '../transport/HttpRequest';
import type { Middleware } from './Send';

/**
 * Authorizes requests whose credential depends on the URL or on an earlier response (Digest, OAuth1,
 * OAuth2). Their authorizer sends them, and again after a challenge.
 *
 * @param signal ends waits for an authorization server
 */
export function authorize<T>(signal: AbortSignal): Middleware<T> {
	return (next) => (request, call) => {
		if (!request.authorizer) return next(request, call);
		const mayRepeat = () => !call.mayHaveTakenEffect || isIdempotent(request.method);
		const send = (attempt: HttpRequest) => next(attempt, call);
		return request.authorizer.send(request, send, { signal, mayRepeat });
	};
}
