import type { Clock } from '../common/Clock';
import { describeTimes } from '../common/describeNumber';
import { NotSent } from '../limits/NotSent';
import { RETRY_AFTER, type RetryWaits } from './retry/RetryWaits';
import type { EgressPolicy } from '../transport/EgressPolicy';
import { isRedirect } from '../transport/responseHeaders';
import { copyOf, TransportFailure } from '../transport/TransportFailure';
import type { Call } from './Call';
import { redirected } from './redirectedRequest';
import type { Middleware } from './Send';

interface RedirectOptions {
	readonly egress: Pick<EgressPolicy, 'checkRedirect'>;
	readonly clock: Clock;
	/** Milliseconds that a request may take, from the start of its first exchange to that of its last. */
	readonly totalTime: number;
	readonly waits: RetryWaits;
}

/** Redirects that want the same request elsewhere (RFC 9110 sections 15.4.8 and 15.4.9). */
const SAME_REQUEST: ReadonlySet<number> = new Set([307, 308]);

/**
 * Follows redirects, as many as the request allows. Each needs a permit of its own. All requests of an
 * attempt share its timeout.
 */
export function redirect<T>(options: RedirectOptions): Middleware<T> {
	return (next) => async (request, call) => {
		let response = await next(request, call);
		if (request.maxRedirects === 0) return response;
		let hop = request;
		for (let followed = 0; isRedirect(response); followed++) {
			if (followed === request.maxRedirects) {
				throw new TransportFailure(
					'redirect not followed',
					`The server redirected more than ${describeTimes(request.maxRedirects)}`,
					{ code: 'ERR_FR_TOO_MANY_REDIRECTS' },
				);
			}
			if (!SAME_REQUEST.has(response.statusCode)) call.mayHaveTakenEffect = true;
			hop = redirected(hop, response);
			try {
				options.egress.checkRedirect(hop.url);
				await waitForRetryAfter(call, hop.origin, options);
				response = await next(hop, call);
			} catch (error) {
				throw afterRedirect(error);
			}
		}
		return response;
	};
}

/**
 * With a redirect, Retry-After is the least time before the next request (RFC 9110 section 10.2.3).
 *
 * @throws {NotSent} where that is too long
 */
async function waitForRetryAfter(
	call: Call<unknown>,
	origin: string,
	options: RedirectOptions,
): Promise<void> {
	const { clock, totalTime, waits } = options;
	const retryAt = call.rateLimit?.retryAt;
	const now = clock.now();
	if (retryAt === undefined || retryAt <= now) return;
	if (retryAt > (call.firstStartedAt ?? now) + totalTime) throw new NotSent('paused', retryAt);
	await waits.sleep(call, { label: RETRY_AFTER, origin, until: retryAt });
}

/** The first request was sent; only its redirect was not. */
function afterRedirect(error: unknown): unknown {
	if (error instanceof NotSent) return new NotSent(error.kind, error.comeBackAt, true);
	if (!(error instanceof TransportFailure)) return error;
	return error.isUnsent ? Object.assign(copyOf(error), { isUnsent: false }) : error;
}
