import type { Ask, Outcome } from '../admission/Limit';
import type { CircuitBreaker } from '../breaker/CircuitBreaker';
import { NotTried } from '../breaker/FailureBudget';
import type { Clock } from '../Clock';
import { PerOrigin } from '../../PerOrigin';
import type { AttemptObserver, AttemptResult } from './AttemptResult';
import type { HostPause } from './HostPause';
import { NotSent } from './NotSent';
import { RetryBudget, type RetryBudgetOptions } from './RetryBudget';
import { decide, type Decision, type GaveUp, type RetryRules } from './RetryPolicy';
import { sleepUntil } from './sleepUntil';
import { StartedRequest } from './StartedRequest';

/** Leave to send one request. */
export interface Permit {
	/** To be called once, when the request has ended. */
	release(outcome: Outcome): void;
	/** To be called when the request has been written to its connection, by those who can know. */
	readonly sent?: (() => void) | undefined;
}

/** What of the run's admission a retrier needs. */
export interface AdmissionGate {
	/**
	 * @param signal ends this one wait
	 * @returns the permit, as a promise where it has to be waited for
	 * @throws (rejects with) the signal's reason, or why all waits were ended
	 */
	acquire(ask: Ask, signal?: AbortSignal): Permit | Promise<Permit>;
	/** Ends waits for one origin: those for whose ask there is a reason. */
	endWaits(origin: string, reasonFor: (ask: Ask) => Error | undefined): void;
}

/** What one attempt gave: something for the caller, and what it means. */
export interface Attempted<T> {
	readonly value: T;
	readonly result: AttemptResult;
}

/**
 * Takes an attempt on to where a redirect leads. It gives back the permit that the attempt has, and
 * waits for one there, so that each request that a server sees was admitted, and nothing is held by
 * those who wait.
 *
 * @param origin where it leads
 * @param redirect the answer that says so
 * @throws {NotSent} where the wait would be too long
 * @throws (rejects with) why all waits were ended
 */
export type FollowRedirect = (origin: string, redirect: AttemptResult) => Promise<Permit>;

/** One item's request, to be sent until it succeeds or no more tries are worth it. */
export interface Job<T> {
	readonly ask: Ask;
	readonly method: string;
	readonly hasIdempotencyKey: boolean;
	readonly rules: RetryRules;
	/** Sends it once, redirects included. What goes wrong is a value too: it must not reject. */
	readonly attempt: (permit: Permit, follow: FollowRedirect) => Promise<Attempted<T>>;
	/** Called with each wait, for admission or for the next try, so that others go on meanwhile. */
	readonly waiting?: (wait: Promise<unknown>) => void;
}

/** How a job ended. */
export interface Settled<T> {
	/** Of the last attempt. */
	readonly value: T;
	readonly tries: number;
	/** Why it was not tried again, where it would have deserved it. */
	readonly gaveUp: GaveUp | undefined;
}

/** Hears what a retrier does, to count it. */
export interface RetryListener {
	/** @param cause a status, or what failures without an answer have in common */
	retried?(cause: string, why: (Decision & { kind: 'retry' })['why']): void;
	/** The retry budget did not allow a retry. */
	withheld?(): void;
}

export interface RetrierOptions {
	readonly admission: AdmissionGate;
	readonly clock: Clock;
	/** Gives numbers from 0 to below 1. */
	readonly random: () => number;
	/** Ends every wait for a next try at once. Whoever aborts it ends the admission's waits as well. */
	readonly signal?: AbortSignal;
	/** Each learns from every attempt: HostPause, ServerPacing, LearnedQuota, CircuitBreaker. */
	readonly observers: readonly AttemptObserver[];
	readonly pause?: HostPause;
	readonly breaker?: CircuitBreaker;
	/** `undefined` for retries without a budget. */
	readonly budget?: RetryBudgetOptions;
	readonly listener?: RetryListener;
}

/** An attempt: the request that it has on its way, which is none while it waits. */
interface Ongoing {
	request: StartedRequest | undefined;
	isOver: boolean;
	/** See `Attempts.mayBeDone`. */
	mayBeDone: boolean;
}

/** Redirects that want the same request elsewhere (RFC 9110 sections 15.4.8 and 15.4.9). */
const SAME_REQUEST: ReadonlySet<number> = new Set([307, 308]);

const CANCELLED: AttemptResult = { kind: 'unrepeatable', isCancelled: true };

/**
 * Takes a request through admission, attempt, decision and wait, and again. Each attempt has a
 * permit of its own, as has each redirect that it follows, so a retry takes its turn like any other
 * request, and nothing is held by those who wait.
 */
export class Retrier {
	private readonly options: RetrierOptions;
	private readonly budgets: PerOrigin<RetryBudget> | undefined;

	constructor(options: RetrierOptions) {
		this.options = options;
		const { budget } = options;
		this.budgets = budget && new PerOrigin(() => new RetryBudget(budget));
		const { pause, breaker, admission } = options;
		// Who waits already is told as well.
		const tell = (origin = '') =>
			admission.endWaits(origin, (ask) => this.turnedAway(ask, options.clock.now()));
		pause?.onPause(tell);
		breaker?.onOpen(tell);
	}

	/**
	 * @throws {NotSent} where the request is not sent, since the wait would be too long
	 * @throws the signal's reason, where it has not been sent
	 */
	async run<T extends object>(job: Job<T>): Promise<Settled<T>> {
		const { clock, signal } = this.options;
		const { method, hasIdempotencyKey, rules } = job;
		const { totalTime } = rules;
		let ask: Ask = { ...job.ask, totalTime };
		let firstStartedAt: number | undefined;
		let last: T | undefined;
		for (let tries = 1; ; tries++) {
			let permit: Permit;
			try {
				const admitted = last ? this.admitAgain(job, ask) : this.admit(job, ask);
				permit = admitted instanceof Promise ? await admitted : admitted;
			} catch (error) {
				// The last answer tells more than that there was no further try.
				if (last === undefined) throw error;
				return { value: last, tries: Math.max(1, tries - 1), gaveUp: whyNotAgain(error) };
			}
			const request = this.begin(ask, permit);
			firstStartedAt ??= request.startedAt;
			const ongoing: Ongoing = { request, isOver: false, mayBeDone: false };
			let attempted: Attempted<T>;
			try {
				const follow = this.follower(job, ask, firstStartedAt, ongoing);
				attempted = await job.attempt(permit, follow);
			} catch (error) {
				end(ongoing, CANCELLED);
				throw error;
			}
			const { value, result } = attempted;
			end(ongoing, result);
			const now = clock.now();
			const isFirst = last === undefined;
			last = value;
			if (signal?.aborted) return { value, tries, gaveUp: undefined };
			const { mayBeDone } = ongoing;
			const attempts = { tries, firstStartedAt, method, hasIdempotencyKey, mayBeDone };
			const decision = decide(rules, attempts, result, now, this.options.random);
			if (isFirst) this.budgets?.of(ask.origin).deposit(now);
			if (decision.kind === 'done') return { value, tries, gaveUp: undefined };
			if (decision.kind === 'give up') return { value, tries, gaveUp: decision };
			// What the server asked for cannot overload it: the whole host waits until then.
			if (decision.why !== 'server' && this.budgets?.of(ask.origin).withdraw(now) === false) {
				this.options.listener?.withheld?.();
				return { value, tries, gaveUp: { reason: 'retry budget' } };
			}
			this.options.listener?.retried?.(causeOf(result), decision.why);
			try {
				await this.wait(job, decision);
			} catch (error) {
				return { value, tries, gaveUp: whyNotAgain(error) };
			}
			// What the server has not looked at was no try.
			if (decision.why === 'unprocessed') tries--;
			ask = { ...ask, isUnderWay: true, firstStartedAt };
		}
	}

	private admit(job: Job<unknown>, ask: Ask, until?: AbortSignal): Permit | Promise<Permit> {
		const { admission, clock, signal } = this.options;
		signal?.throwIfAborted();
		const turnedAway = this.turnedAway(ask, clock.now());
		if (turnedAway) throw turnedAway;
		const permit = admission.acquire(ask, until);
		if (permit instanceof Promise) job.waiting?.(permit);
		return permit;
	}

	/** Waits no longer than the item may take. */
	private admitAgain(job: Job<unknown>, ask: Ask): Permit | Promise<Permit> {
		const { clock } = this.options;
		const latest = latestStart(ask, clock.now());
		if (latest === Infinity) return this.admit(job, ask);
		const controller = new AbortController();
		const permit = this.admit(job, ask, controller.signal);
		if (!(permit instanceof Promise)) return permit;
		const cancel = clock.at(latest, () => controller.abort(new TimeIsUp()));
		return permit.finally(cancel);
	}

	/** Why a request is not sent: it would have to wait for longer than its item may take. */
	private turnedAway(ask: Ask, now: number): NotSent | undefined {
		const { pause, breaker } = this.options;
		const { origin } = ask;
		const until = pause?.pausedUntil(origin) ?? -Infinity;
		if (until > latestStart(ask, now)) return new NotSent('paused', until);
		if (breaker?.turnsAway(origin)) return new NotSent('circuit open', breaker.openUntil(origin));
		return undefined;
	}

	private begin(ask: Ask, permit: Permit): StartedRequest {
		return new StartedRequest(ask, permit, this.options.observers, this.options.clock);
	}

	private follower(
		job: Job<unknown>,
		asked: Ask,
		firstStartedAt: number,
		ongoing: Ongoing,
	): FollowRedirect {
		return async (origin, redirect) => {
			const former = ongoing.request;
			ongoing.request = undefined;
			former?.observe(redirect);
			if (redirect.kind === 'answered' && !SAME_REQUEST.has(redirect.status)) {
				ongoing.mayBeDone = true;
			}
			const ask = { ...asked, origin, isUnderWay: true, firstStartedAt };
			let admitted: Permit | Promise<Permit>;
			try {
				const notBefore = this.followNotBefore(ask, redirect);
				if (notBefore !== undefined) {
					former?.release(redirect);
					await this.sleep(job, notBefore);
				}
				// First in line, then the place that it has is free: nobody else gets in between.
				admitted = this.admit(job, ask);
			} catch (error) {
				former?.release(redirect);
				throw asRefusal(error);
			}
			former?.release(redirect);
			const permit = await Promise.resolve(admitted).catch((error: unknown) => {
				throw asRefusal(error);
			});
			ongoing.request = this.begin(ask, permit);
			// What was ended meanwhile sends nothing more.
			if (ongoing.isOver) end(ongoing, CANCELLED);
			return permit;
		};
	}

	/**
	 * With a redirect, Retry-After is the least time before the next request (RFC 9110 section 10.2.3).
	 *
	 * @returns the clock's milliseconds; `undefined` for now
	 * @throws {NotSent}
	 */
	private followNotBefore(ask: Ask, redirect: AttemptResult): number | undefined {
		const retryAt = redirect.kind === 'answered' ? redirect.word.retryAt : undefined;
		const now = this.options.clock.now();
		if (retryAt === undefined || retryAt <= now) return undefined;
		if (retryAt > latestStart(ask, now)) throw new NotSent('paused', retryAt);
		return retryAt;
	}

	private async wait(job: Job<unknown>, decision: Decision & { kind: 'retry' }): Promise<void> {
		const { clock, pause } = this.options;
		// A pause of the whole host is waited for in line, with the other requests to it.
		const isPaused = (pause?.pausedUntil(job.ask.origin) ?? -Infinity) >= decision.at;
		if (isPaused || decision.at <= clock.now()) return;
		await this.sleep(job, decision.at);
	}

	private async sleep(job: Job<unknown>, until: number): Promise<void> {
		const { clock, signal } = this.options;
		const wait = sleepUntil(until, clock, signal);
		job.waiting?.(wait);
		await wait;
	}
}

function end(attempt: Ongoing, result: AttemptResult): void {
	attempt.isOver = true;
	attempt.request?.observe(result);
	attempt.request?.release(result);
	attempt.request = undefined;
}

/** The time of an item is over while it waited for its next try. */
class TimeIsUp extends Error {
	override readonly name = 'TimeIsUp';
}

/** When the next request of an item may start at the latest. */
function latestStart({ firstStartedAt, totalTime = Infinity }: Ask, now: number): number {
	return (firstStartedAt ?? now) + totalTime;
}

/** Why an item that was tried is not tried again: its wait was ended. */
function whyNotAgain(error: unknown): GaveUp {
	if (error instanceof NotSent) return { reason: 'time', comeBackAt: error.comeBackAt };
	if (error instanceof TimeIsUp) return { reason: 'time' };
	const because = error instanceof NotTried ? error.why : String((error as Error).message);
	return { reason: 'run ended', because };
}

/** What is not sent is a redirect, whose first request was. */
function asRefusal(error: unknown): unknown {
	if (error instanceof NotTried) return new NotSent('run ended', -Infinity, true);
	return error instanceof NotSent ? new NotSent(error.kind, error.comeBackAt, true) : error;
}

function causeOf(result: AttemptResult): string {
	switch (result.kind) {
		case 'answered':
			return String(result.status);
		case 'unanswered':
			return result.cause;
		case 'unrepeatable':
			return 'unrepeatable';
	}
}
