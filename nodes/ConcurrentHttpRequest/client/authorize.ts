import type { Authorizer } from '../transport/HttpRequest';
import type { HttpRequest } from '../transport/HttpRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import { unlessAborted } from '../common/unlessAborted';
import type { Call } from './Call';
import type { Middleware } from './Send';

/**
 * Authorizes requests whose credential depends on the URL or on what the server said before
 * (Digest, OAuth1, OAuth2), and sends a request again where its authorizer answers a challenge.
 *
 * @param signal ends waits for an authorizer, which may ask another server
 */
export function authorize<T>(signal: AbortSignal): Middleware<T> {
	return (next) => {
		return (request, call) =>
			request.authorizer ? send(request.authorizer, request, call) : next(request, call);

		async function send(
			authorizer: Authorizer,
			request: HttpRequest,
			call: Call<T>,
		): Promise<HttpResponse<T>> {
			let attempt = await settled(authorizer.authorize(request));
			for (;;) {
				const response = await next(attempt.request, call);
				const again = await settled(attempt.answered(response));
				if (!again) return response;
				attempt = again;
			}
		}
	};

	function settled<V>(value: V | Promise<V>): V | Promise<V> {
		return value instanceof Promise ? unlessAborted(value, signal) : value;
	}
}
