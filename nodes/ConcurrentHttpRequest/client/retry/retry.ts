import type { Clock } from '../../common/Clock';
import { describeGivingUp } from './describeGivingUp';
import { NotSent } from '../../limits/NotSent';
import { RetryBudget, type RetryBudgetOptions } from './RetryBudget';
import { type AttemptEnd, decideRetry, type GaveUp, type RetryRules } from './RetryPolicy';
import { RETRY_AFTER, type RetryWaits } from './RetryWaits';
import { PerOrigin } from '../../common/PerOrigin';
import type { HttpResponse } from '../../transport/HttpResponse';
import { TransportFailure } from '../../transport/TransportFailure';
import type { Call } from '../Call';
import { isRepeatableFailure } from '../outcome';
import type { RunStatistics } from '../RunStatistics';
import type { Middleware } from '../Send';
import { SkippedItem } from '../StopAfter';

export interface RetryOptions {
	readonly rules: RetryRules;
	/** Whether requests carry an idempotency key. */
	readonly hasIdempotencyKey: boolean;
	/** `undefined` for retries without a budget. */
	readonly budget?: RetryBudgetOptions | undefined;
	readonly clock: Clock;
	/** Milliseconds since 1970. */
	readonly wallClock: () => number;
	/** Gives numbers from 0 to below 1. */
	readonly random: () => number;
	/** Ends the run. The admission's waits and `waits` are to be ended at the same time. */
	readonly signal: AbortSignal;
	readonly statistics: RunStatistics;
	readonly waits: RetryWaits;
}

const NEXT_TRY = 'the next try (backoff)';

/** How an attempt ended. */
type Ended<T> =
	| { readonly response: HttpResponse<T>; readonly error?: undefined }
	| { readonly response?: undefined; readonly error: unknown };

/**
 * Sends a request again, after a wait, until it succeeds or no further attempt is worth it. Each
 * attempt needs a permit of its own. A request that waits holds none.
 */
export function retry<T>(options: RetryOptions): Middleware<T> {
	const { rules, hasIdempotencyKey, budget, clock, wallClock, random, signal } = options;
	const { statistics, waits } = options;
	const budgets = budget && new PerOrigin(() => new RetryBudget(budget));

	return (next) => async (request, call) => {
		const { method, origin } = request;
		const retries = budgets?.of(origin);
		let last: Ended<T> | undefined;
		let unprocessed = 0;
		/** Why the current attempt is made; `undefined` for the first. */
		let cause: string | undefined;
		for (let tries = 1; ; tries++) {
			signal.throwIfAborted();
			call.beginAttempt(request.timeout);
			let ended: Ended<T>;
			try {
				ended = { response: await next(request, call) };
			} catch (error) {
				if (!call.hasStarted) {
					if (!last) throw error;
					// The last response says more than the reason why there is no further attempt.
					return giveUp(last, Math.max(1, tries - 1), whyNotAgain(error));
				}
				ended = { error };
			}
			if (cause !== undefined) {
				statistics.retried(cause);
				call.facts.retried(cause);
			}
			const now = clock.now();
			if (!last) retries?.deposit(now);
			last = ended;
			const { firstStartedAt = now, mayHaveTakenEffect } = call;
			const attempts = {
				tries,
				unprocessed,
				firstStartedAt,
				method,
				hasIdempotencyKey,
				mayHaveTakenEffect,
			};
			const decision = decideRetry(rules, attempts, endOf(ended, call), now, random);
			if (decision.kind === 'done') return settle(ended);
			if (decision.kind === 'give up') return giveUp(ended, tries, decision);
			if (signal.aborted) return giveUp(ended, tries, whyNotAgain(signal.reason));
			// A retry that the server asks for does not overload it.
			if (decision.why !== 'server' && retries?.withdraw(now) === false) {
				statistics.retryNotMade();
				return giveUp(ended, tries, { reason: 'retry budget' });
			}
			cause = causeOf(ended);
			try {
				const label = decision.why === 'server' ? RETRY_AFTER : NEXT_TRY;
				await waits.sleep(call, { label, origin, until: decision.at });
			} catch (error) {
				return giveUp(ended, tries, whyNotAgain(error));
			}
			// An attempt that the server did not look at does not count as a try.
			if (decision.why === 'unprocessed') {
				tries--;
				call.facts.tries--;
				unprocessed++;
			}
		}
	};

	function giveUp(ended: Ended<T>, tries: number, gaveUp: GaveUp): HttpResponse<T> {
		const at = { now: clock.now(), wallClock: wallClock() };
		return settle(ended, describeGivingUp(gaveUp, tries, at));
	}
}

function endOf({ response, error }: Ended<unknown>, { rateLimit = {} }: Call<unknown>): AttemptEnd {
	if (response) return { status: response.statusCode, rateLimit };
	return isRepeatableFailure(error) ? error : undefined;
}

/** @param note why there is no further attempt, for people */
function settle<T>({ response, error }: Ended<T>, note?: string): HttpResponse<T> {
	if (response) return note === undefined ? response : Object.assign(response, { note });
	if (note !== undefined && error instanceof TransportFailure) error.note = note;
	throw error;
}

/** Why a request is not sent again: something ended its wait. */
function whyNotAgain(error: unknown): GaveUp {
	if (error instanceof NotSent) {
		const { kind, comeBackAt } = error;
		if (kind === 'circuit open') return { reason: kind };
		return { reason: 'time', ...(comeBackAt !== undefined && { comeBackAt }) };
	}
	const because = error instanceof SkippedItem ? error.why : String((error as Error).message);
	return { reason: 'run ended', because };
}

/** The name under which a retry is counted. */
function causeOf({ response, error }: Ended<unknown>): string {
	return response ? String(response.statusCode) : (error as TransportFailure).kind;
}
