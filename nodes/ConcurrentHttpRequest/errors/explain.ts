import { AuthenticationFailure } from '../authentication/AuthenticationFailure';
import { SkippedItem } from '../client/StopAfter';
import { describeComingBack } from '../client/retry/describeGivingUp';
import { systemClock } from '../common/Clock';
import { NotSent } from '../limits/NotSent';
import { CostTooHigh } from '../limits/rate/CostTooHigh';
import { RedisUnavailable } from '../limits/shared/redis/RedisUnavailable';
import { PaginationFailure } from '../pagination/PaginationFailure';
import { InvalidParameter } from '../parameters/InvalidParameter';
import { HttpStatusError } from '../response/HttpStatusError';
import { UnreadableResponse } from '../response/UnreadableResponse';
import { TransportFailure } from '../transport/TransportFailure';
import type { HttpRequest } from '../transport/HttpRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import { adviceForFailure, adviceForStatus } from './advice';
import { adviceForLogin } from './adviceForLogin';

/** An error's name for counting, and the advice that goes with it. */
interface Explanation {
	readonly kind: string;
	readonly advice: string | undefined;
}

/**
 * Explains why a request was held back for good, so that its server never saw it.
 *
 * @returns `undefined` for any other error
 */
export function explainUnsent(error: unknown): Explanation | undefined {
	if (error instanceof SkippedItem) {
		return { kind: error.kind, advice: error.hint };
	}
	if (error instanceof RedisUnavailable) return { kind: 'limits away', advice: error.hint };
	if (error instanceof CostTooHigh) {
		return {
			kind: 'invalid input',
			advice: 'Lower the cost of this item, or raise Rate Limits > At Most.',
		};
	}
	return error instanceof NotSent
		? { kind: error.kind, advice: adviceForNotSent(error) }
		: undefined;
}

function adviceForNotSent({ kind, comeBackAt }: NotSent): string {
	if (kind === 'circuit open') {
		return 'Find out what is wrong with the server, or change Options > Circuit Breaker.';
	}
	if (comeBackAt === undefined) {
		return 'Raise Retry > Total Time, or the limit, for example under Rate Limits.';
	}
	const times = { now: systemClock.now(), wallClock: Date.now() };
	return `${describeComingBack(comeBackAt, times)} To wait for it, raise Retry > Total Time.`;
}

/** Explains an error that came before an item's first request. */
export function explainInput(error: unknown): Explanation {
	if (error instanceof AuthenticationFailure) {
		return { kind: 'authentication failed', advice: error.hint };
	}
	const isOurs = error instanceof InvalidParameter || error instanceof PaginationFailure;
	return { kind: 'invalid input', advice: isOurs ? error.hint : descriptionOf(error) };
}

/** Explains an error of a request that was sent. */
export function explainRequest(error: unknown, request: HttpRequest): Explanation {
	if (error instanceof HttpStatusError) {
		const { statusCode, note } = error.response;
		const general =
			statusCode === 401
				? adviceForLogin(request, error.response)
				: adviceForStatus(statusCode, note !== undefined, request.maxRedirects > 0);
		const advice = withNote(isPlainHttp(error.response) ? HTTPS_PORT : general, note);
		return { kind: String(statusCode), advice };
	}
	if (error instanceof TransportFailure) {
		const { kind, note, cause } = error;
		// n8n's own error says who refuses, and which address.
		const byPolicy = kind === 'blocked by policy' ? descriptionOf(cause) : undefined;
		return {
			kind,
			advice: withNote(byPolicy || adviceForFailure(error, note !== undefined), note),
		};
	}
	if (error instanceof UnreadableResponse)
		return { kind: 'unreadable response', advice: error.hint };
	if (error instanceof PaginationFailure) return { kind: 'pagination', advice: error.hint };
	if (error instanceof AuthenticationFailure) return explainInput(error);
	// The item's own request is checked before it is sent, so this is about a later page.
	if (error instanceof InvalidParameter) {
		return { kind: 'invalid input', advice: error.hint ?? 'Check Options > Pagination.' };
	}
	return {
		kind: 'unexpected error',
		advice: 'This is a fault of the node. Please report it with this message.',
	};
}

const HTTPS_PORT =
	'The server speaks HTTPS, not HTTP, at this port. Write https:// instead of http:// in the URL.';

/** nginx and Apache answer so to HTTP at their HTTPS port. */
function isPlainHttp({ statusCode, body, url }: HttpResponse): boolean {
	if (statusCode !== 400 || url.protocol !== 'http:') return false;
	return /plain HTTP (request was sent )?to (an? )?(HTTPS port|SSL-enabled server)/i.test(
		body.toString('latin1', 0, 2_000),
	);
}

/** The result of retries says more than general advice, so it comes first. */
function withNote(advice: string, note: string | undefined): string {
	return note ? `${note} ${advice}` : advice;
}

function descriptionOf(error: unknown): string | undefined {
	const description: unknown = (error as { description?: unknown } | null | undefined)?.description;
	return typeof description === 'string' ? description : undefined;
}
