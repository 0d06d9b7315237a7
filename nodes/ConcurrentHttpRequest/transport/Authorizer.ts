import type { HttpRequest } from './HttpRequest';
import type { HttpResponse } from './HttpResponse';
import { unlessAborted } from '../unlessAborted';

/**
 * Authentication that cannot be written into a request once and for all, because it depends on
 * what the server said before, or on the URL that is really asked for. One authorizer serves
 * all requests of a run that use the same credential.
 */
export interface Authorizer {
	/**
	 * Called before each request is sent, and again for each later page or retry.
	 *
	 * @throws when the credential cannot be used
	 */
	authorize(request: HttpRequest): AuthorizedAttempt | Promise<AuthorizedAttempt>;
}

/** One attempt to send a request with authorization. */
export interface AuthorizedAttempt {
	/** The request to send; its `sign` adds the authorization to each hop. */
	readonly request: HttpRequest;
	/**
	 * Takes note of the answer.
	 *
	 * @returns the next attempt, where the answer asks for other credentials and there are some;
	 * `undefined` where the answer stands. The number of attempts is bounded.
	 * @throws when new credentials are needed and cannot be had
	 */
	answered(
		response: HttpResponse,
	): AuthorizedAttempt | undefined | Promise<AuthorizedAttempt | undefined>;
}

/**
 * Sends a request, and again where its authorizer answers the server's challenge.
 *
 * @param send sends one attempt: admission and transport. It is called anew for each.
 * @param signal ends the wait for an authorizer at once, since that may ask another server
 * @returns the last answer, whatever its status
 * @throws what `send` or the authorizer throws, and the signal's reason
 */
export async function sendAuthorized<T>(
	request: HttpRequest,
	send: (request: HttpRequest) => Promise<HttpResponse<T>>,
	signal: AbortSignal,
): Promise<HttpResponse<T>> {
	if (!request.authorizer) return await send(request);
	const authorized = request.authorizer.authorize(request);
	let attempt = isPromise(authorized) ? await unlessAborted(authorized, signal) : authorized;
	for (;;) {
		const response = await send(attempt.request);
		const answered = attempt.answered(response);
		const next = isPromise(answered) ? await unlessAborted(answered, signal) : answered;
		if (!next) return response;
		attempt = next;
	}
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
	return value instanceof Promise;
}
