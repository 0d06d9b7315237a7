import { isIdempotent } from '../../common/idempotent';
import {
	isRefusal,
	originPausedUntil,
	type RateLimitInfo,
} from '../../limits/server/rateLimitInfo';
import type { TransportFailure } from '../../transport/TransportFailure';

/** Both in milliseconds; `base` is at most `cap`. */
interface Backoff {
	readonly base: number;
	readonly cap: number;
}

/** Which requests are sent again, how often and for how long. */
export interface RetryRules {
	/** Attempts in all, from 1. */
	readonly maxTries: number;
	/** Statuses after which a request is sent again, whether or not the server says when. */
	readonly statuses: ReadonlySet<number>;
	/** Whether a request is sent again when no connection could be made, or one broke. */
	readonly networkFailures: boolean;
	readonly timeouts: boolean;
	readonly backoff: Backoff;
	/** Milliseconds from the start of an item's first attempt to the start of its last. */
	readonly totalTime: number;
	/** Whether requests are sent again although their method is not idempotent. */
	readonly retryNonIdempotent: boolean;
}

/**
 * The rules without the group Retry: requests that the server wants again, and those that met a
 * closed idle connection. An API sees no request that HTTP Request would not have sent, except one
 * that it asked for (docs/retries.md).
 */
export const RETRY_WHEN_ASKED: RetryRules = {
	maxTries: 5,
	statuses: new Set(),
	networkFailures: false,
	timeouts: false,
	backoff: { base: 500, cap: 30_000 },
	totalTime: 600_000,
	retryNonIdempotent: false,
};

/** The default of the setting Status Codes. */
export const RETRYABLE_STATUSES: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/**
 * How an attempt ended: with a response, with a failure, or (`undefined`) in a way that would be the
 * same each time.
 */
export type AttemptEnd =
	| { readonly status: number; readonly rateLimit: RateLimitInfo; readonly kind?: undefined }
	| Pick<TransportFailure, 'kind' | 'isUnsent' | 'isStaleConnection' | 'isUnprocessed'>
	| undefined;

/** An item's attempts so far. */
export interface Attempts {
	/** From 1. */
	readonly tries: number;
	/** Attempts that the server did not look at. They do not count as tries. */
	readonly unprocessed: number;
	/** The clock's milliseconds when the first was started. */
	readonly firstStartedAt: number;
	readonly method: string;
	/** The request carries a key by which the server knows a repetition. */
	readonly hasIdempotencyKey: boolean;
	/**
	 * Whether a server may have carried the request out before it redirected it (301, 302, 303). After
	 * 307 and 308 it has not: they want the same request elsewhere.
	 */
	readonly mayHaveTakenEffect: boolean;
}

/** Why there is no further attempt. Told to people. */
export interface GaveUp {
	readonly reason: 'tries' | 'time' | 'unsafe' | 'retry budget' | 'circuit open' | 'run ended';
	/** When the server wants the request again, if it said so; the clock's milliseconds. */
	readonly comeBackAt?: number;
	/** Why the run ended, as the second half of a sentence. */
	readonly because?: string;
}

type Decision =
	| { readonly kind: 'done' }
	| {
			readonly kind: 'retry';
			/** The clock's milliseconds. */
			readonly at: number;
			/**
			 * `server`: the server said when. `stale`: the connection had been closed. `unprocessed`: the
			 * server did not look at the request, so the attempt does not count as a try. `backoff`: our guess.
			 */
			readonly why: 'server' | 'stale' | 'unprocessed' | 'backoff';
	  }
	| ({ readonly kind: 'give up' } & GaveUp);

/**
 * Statuses of requests that the server did not process, so that any method may be repeated: 421
 * (RFC 9110 section 15.5.20), 425 (RFC 8470 section 5.2) and 429 (RFC 6585 section 4). A gateway may
 * send 503 for a server that has done the work, also with Retry-After. 403 and 408 say nothing of it.
 */
const UNPROCESSED: ReadonlySet<number> = new Set([421, 425, 429]);

/** The most times that a request is repeated because the server did not look at it. */
const MOST_UNPROCESSED = 10;

/** Tries in a row that may meet a closed connection. After that, the cause is another one. */
const STALE_CONNECTIONS = 2;

/**
 * Decides whether and when a request is sent again. The result depends on the arguments alone.
 *
 * @param random gives numbers from 0 to below 1
 */
export function decideRetry(
	rules: RetryRules,
	attempts: Attempts,
	end: AttemptEnd,
	now: number,
	random: () => number,
): Decision {
	const { asksForRetry, isSafe, serverAt, isStale, isUnprocessed } = assess(rules, attempts, end);
	if (!asksForRetry) return { kind: 'done' };
	const comeBack = serverAt === undefined ? {} : { comeBackAt: serverAt };
	if (!isSafe) return { kind: 'give up', reason: 'unsafe', ...comeBack };
	const isLast = isUnprocessed
		? attempts.unprocessed >= MOST_UNPROCESSED
		: attempts.tries >= rules.maxTries;
	if (isLast) return { kind: 'give up', reason: 'tries', ...comeBack };
	const deadline = attempts.firstStartedAt + rules.totalTime;
	// "Retry-After: 0" allows a retry at once and asks for no pause. Backoff is kinder.
	const isTold = serverAt !== undefined && serverAt > now;
	const why = isUnprocessed ? 'unprocessed' : isStale ? 'stale' : isTold ? 'server' : 'backoff';
	const at =
		why === 'stale'
			? now
			: why === 'server' && serverAt !== undefined
				? serverAt
				: now + fullJitter(rules.backoff, attempts.tries + attempts.unprocessed, random);
	if (at > deadline) return { kind: 'give up', reason: 'time', ...comeBack };
	return { kind: 'retry', at, why };
}

interface Assessment {
	readonly asksForRetry: boolean;
	readonly isSafe: boolean;
	readonly serverAt?: number;
	readonly isStale?: boolean;
	readonly isUnprocessed?: boolean;
}

function assess(rules: RetryRules, attempts: Attempts, end: AttemptEnd): Assessment {
	if (!end) return { asksForRetry: false, isSafe: false };
	const isRepeatable =
		rules.retryNonIdempotent || attempts.hasIdempotencyKey || isIdempotent(attempts.method);
	if (end.kind !== undefined) {
		if (end.isUnprocessed) {
			const isSafe = isRepeatable || !attempts.mayHaveTakenEffect;
			return { asksForRetry: true, isSafe, isUnprocessed: true };
		}
		const isStale =
			end.isStaleConnection &&
			end.kind === 'connection reset' &&
			isRepeatable &&
			attempts.tries <= STALE_CONNECTIONS;
		const isListed = end.kind === 'timeout' ? rules.timeouts : rules.networkFailures;
		return {
			asksForRetry: isStale || isListed,
			isSafe: isRepeatable || (!attempts.mayHaveTakenEffect && end.isUnsent),
			isStale,
		};
	}
	const { status, rateLimit } = end;
	const pausedUntil = isRefusal(status, rateLimit)
		? originPausedUntil(status, rateLimit)
		: undefined;
	const isListed = rules.statuses.has(status);
	const serverAt = pausedUntil ?? (isListed ? rateLimit.retryAt : undefined);
	return {
		asksForRetry: isListed || pausedUntil !== undefined,
		isSafe: isRepeatable || (!attempts.mayHaveTakenEffect && UNPROCESSED.has(status)),
		...(serverAt !== undefined && { serverAt }),
	};
}

/**
 * Exponential backoff with full jitter: a random time between nothing and
 * `min(cap, base * 2^(tries - 1))`. Full jitter gives the server the least work of all kinds of
 * jitter, at nearly the least time (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture
 * Blog, 2015, https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param tries attempts made so far, from 1
 * @param random gives numbers from 0 to below 1
 * @returns milliseconds
 */
function fullJitter({ base, cap }: Backoff, tries: number, random: () => number): number {
	return random() * Math.min(cap, base * 2 ** (tries - 1));
}
