import type { Admission } from '../limits/admission/Admission';
import type { AdmissionRequest } from '../limits/Limit';
import type { Permit } from '../limits/admission/Permit';
import type { CircuitBreaker } from '../limits/CircuitBreaker';
import type { Clock } from '../common/Clock';
import type { AttemptObserver, AttemptResult } from '../limits/AttemptResult';
import { NotSent } from '../limits/NotSent';
import { StartedRequest } from '../limits/server/StartedRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import { resultOfFailure, resultOfResponse } from './attemptResult';
import type { Call } from './Call';
import type { Middleware } from './Send';

export interface AdmitOptions {
	readonly admission: Pick<Admission, 'acquire' | 'endWaits'>;
	readonly clock: Clock;
	/** Milliseconds since 1970. */
	readonly wallClock: () => number;
	/** Each learns from every exchange. */
	readonly observers: readonly AttemptObserver[];
	readonly breaker?: CircuitBreaker;
	/** Milliseconds that a request may take, from the start of its first exchange to that of its last. */
	readonly totalTime: number;
}

/** A request's time was over while it waited for its next attempt. */
export class TimeIsUp extends Error {
	override readonly name = 'TimeIsUp';
}

/** Waits until every limit admits the exchange, counts it, and tells the limits how it ended. */
export function admit<T>(options: AdmitOptions): Middleware<T> {
	const { admission, clock, wallClock, observers, breaker, totalTime } = options;
	// Requests already in the queue are refused as well.
	const recheck = (origin = '') => admission.endWaits(origin, (ask) => refusal(ask, breaker));
	breaker?.onOpen(recheck);

	return (next) => async (request, call) => {
		const { origin } = request;
		const acquired = acquire(origin, call);
		const permit = acquired instanceof Promise ? await waitFor(acquired, call) : acquired;
		const exchange = new StartedRequest({ origin }, permit, observers, clock);
		call.firstStartedAt ??= exchange.startedAt;
		call.hasStarted = true;
		call.onSent = permit.sent;
		let response: HttpResponse<T>;
		try {
			response = await next(request, call);
		} catch (error) {
			end(exchange, call, resultOfFailure(error));
			throw error;
		}
		const readAt = { now: clock.now(), wallClock: wallClock() };
		end(exchange, call, resultOfResponse(response, readAt));
		return response;
	};

	/** @throws {NotSent} {@link CostTooHigh} */
	function acquire(origin: string, { costs, firstStartedAt }: Call<T>): Permit | Promise<Permit> {
		const isUnderWay = firstStartedAt !== undefined;
		const ask: AdmissionRequest = isUnderWay
			? { origin, costs, totalTime, isUnderWay, firstStartedAt }
			: { origin, costs, totalTime };
		const refused = refusal(ask, breaker);
		if (refused) throw refused;
		if (!isUnderWay || totalTime === Infinity) return admission.acquire(ask);
		const controller = new AbortController();
		const permit = admission.acquire(ask, controller.signal);
		if (!(permit instanceof Promise)) return permit;
		const cancel = clock.at(firstStartedAt + totalTime, () => controller.abort(new TimeIsUp()));
		return permit.finally(cancel);
	}

	function waitFor(permit: Promise<Permit>, call: Call<T>): Promise<Permit> {
		call.waits(permit);
		return permit;
	}

	function end(exchange: StartedRequest, call: Call<T>, result: AttemptResult): void {
		call.timeLeft -= clock.now() - exchange.startedAt;
		call.result = result;
		exchange.observe(result);
		exchange.release(result);
	}
}

/** Why a request fails at once rather than wait for the circuit to close. */
function refusal(
	{ origin }: Pick<AdmissionRequest, 'origin'>,
	breaker: CircuitBreaker | undefined,
): NotSent | undefined {
	if (!breaker?.turnsAway(origin)) return undefined;
	return new NotSent('circuit open', breaker.openUntil(origin));
}
