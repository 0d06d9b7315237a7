import type { Admission } from '../limits/admission/Admission';
import type { AdmissionRequest, Outcome } from '../limits/Limit';
import type { Permit } from '../limits/admission/Permit';
import type { CircuitBreaker } from '../limits/CircuitBreaker';
import type { Clock } from '../common/Clock';
import { NotSent } from '../limits/NotSent';
import { TransportFailure } from '../transport/TransportFailure';
import type { Call } from './Call';
import { outcomeOfFailure, outcomeOfResponse } from './outcome';
import type { ConcurrencyUsage } from './ConcurrencyUsage';
import type { RunStatistics } from './RunStatistics';
import type { Middleware } from './Send';

export interface AdmitOptions {
	readonly admission: Pick<Admission, 'acquire' | 'endWaits'>;
	readonly clock: Clock;
	/** Milliseconds since 1970. */
	readonly wallClock: () => number;
	readonly statistics: Pick<RunStatistics, 'requestStarted' | 'requestEnded'>;
	/** Hears of every request; left out where the concurrency is not the user's. */
	readonly usage?: ConcurrencyUsage;
	readonly breaker?: CircuitBreaker;
	/** Milliseconds that a request may take, from the start of its first exchange to that of its last. */
	readonly totalTime: number;
}

/** Waits until every limit admits the exchange, counts it, and tells the limits how it ended. */
export function admit<T>(options: AdmitOptions): Middleware<T> {
	const { admission, clock, wallClock, statistics, usage, breaker, totalTime } = options;
	// Requests already in the queue are refused as well.
	breaker?.onOpen((origin) => admission.endWaits(origin, () => refusal(origin, breaker)));

	return (next) => async (request, call) => {
		const { origin } = request;
		const waitedBefore = call.facts.waited;
		const acquired = acquire(origin, call);
		const permit = acquired instanceof Promise ? await waitFor(acquired, call) : acquired;
		const startedAt = clock.now();
		call.firstStartedAt ??= startedAt;
		if (!call.hasStarted) call.facts.tries++;
		call.hasStarted = true;
		call.onSent = permit.sent;
		const started = usage?.start(origin, call);
		statistics.requestStarted(startedAt, call.facts.waited - waitedBefore);
		let told: Omit<Outcome, 'latency'> = { kind: 'failed' };
		let failure: string | undefined;
		try {
			const response = await next(request, call);
			// Times in headers count from their arrival. The body may end long after that.
			const { untilFirstByte } = call.facts.exchange;
			const now = clock.now();
			const headAt = untilFirstByte === undefined ? now : startedAt + untilFirstByte;
			told = outcomeOfResponse(response, { now: headAt, wallClock: wallClock() - (now - headAt) });
			call.rateLimit = told.rateLimit;
			return response;
		} catch (error) {
			told = outcomeOfFailure(error);
			failure = error instanceof TransportFailure ? error.kind : 'error';
			throw error;
		} finally {
			const now = clock.now();
			const outcome = { ...told, latency: now - startedAt };
			call.timeLeft -= outcome.latency;
			call.facts.onWire += outcome.latency;
			statistics.requestEnded({ origin, outcome, failure, now });
			if (started) usage?.end(started, outcome);
			permit.release(outcome);
		}
	};

	/** @throws {NotSent} {@link CostTooHigh} */
	function acquire(origin: string, { costs, firstStartedAt }: Call<T>): Permit | Promise<Permit> {
		const refused = refusal(origin, breaker);
		if (refused) throw refused;
		const waiting: AdmissionRequest = { origin, costs, totalTime, firstStartedAt };
		const permit = admission.acquire(waiting);
		if (!(permit instanceof Promise) || firstStartedAt === undefined) return permit;
		if (totalTime === Infinity) return permit;
		const outOfTime = new NotSent('out of time', undefined);
		const cancel = clock.at(firstStartedAt + totalTime, () =>
			admission.endWaits(origin, (request) => (request === waiting ? outOfTime : undefined)),
		);
		return permit.finally(cancel);
	}

	async function waitFor(permit: Promise<Permit>, { waits, facts }: Call<T>): Promise<Permit> {
		const since = clock.now();
		waits(permit);
		try {
			return await permit;
		} finally {
			facts.waited += clock.now() - since;
		}
	}
}

/** Why a request fails at once rather than wait for the circuit to close. */
function refusal(origin: string, breaker: CircuitBreaker | undefined): NotSent | undefined {
	if (!breaker?.turnsAway(origin)) return undefined;
	return new NotSent('circuit open', breaker.openUntil(origin));
}
