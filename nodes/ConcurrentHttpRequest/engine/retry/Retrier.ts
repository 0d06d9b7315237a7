import type { Ask, Outcome } from '../admission/Limit';
import type { CircuitBreaker } from '../breaker/CircuitBreaker';
import type { Clock } from '../Clock';
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
	retried?(cause: string, why: 'server' | 'stale' | 'backoff'): void;
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
}

const CANCELLED: AttemptResult = { kind: 'unrepeatable', isCancelled: true };

/**
 * Takes a request through admission, attempt, decision and wait, and again. Each attempt has a
 * permit of its own, as has each redirect that it follows, so a retry takes its turn like any other
 * request, and nothing is held by those who wait.
 */
export class Retrier {
	private readonly options: RetrierOptions;
	private readonly budgets = new Map<string, RetryBudget>();

	constructor(options: RetrierOptions) {
		this.options = options;
	}

	/**
	 * @throws {NotSent} where the request is not sent, since the wait would be too long
	 * @throws the signal's reason
	 */
	async run<T extends object>(job: Job<T>): Promise<Settled<T>> {
		const { clock, signal } = this.options;
		let firstStartedAt: number | undefined;
		let last: T | undefined;
		for (let tries = 1; ; tries++) {
			let permit: Permit;
			try {
				const admitted = this.admit(job, firstStartedAt);
				permit = admitted instanceof Promise ? await admitted : admitted;
			} catch (error) {
				// The last answer tells more than that there was no further try.
				if (last === undefined || !(error instanceof NotSent)) throw error;
				const { comeBackAt } = error;
				return { value: last, tries: tries - 1, gaveUp: { reason: 'time', comeBackAt } };
			}
			const request = this.begin(job.ask, permit);
			firstStartedAt ??= request.startedAt;
			const ongoing: Ongoing = { request, isOver: false };
			let attempted: Attempted<T>;
			try {
				attempted = await job.attempt(permit, this.follower(job, ongoing, firstStartedAt));
			} catch (error) {
				end(ongoing, CANCELLED);
				throw error;
			}
			const { value, result } = attempted;
			end(ongoing, result);
			const now = clock.now();
			last = value;
			if (signal?.aborted) return { value, tries, gaveUp: undefined };
			const { method, hasIdempotencyKey, ask, rules } = job;
			const attempts = { tries, firstStartedAt, method, hasIdempotencyKey };
			const decision = decide(rules, attempts, result, now, this.options.random);
			if (tries === 1) this.budget(ask.origin)?.deposit(now);
			if (decision.kind === 'done') return { value, tries, gaveUp: undefined };
			if (decision.kind === 'give up') return { value, tries, gaveUp: decision };
			// What the server asked for cannot overload it: the whole host waits until then.
			if (decision.why !== 'server' && this.budget(ask.origin)?.withdraw(now) === false) {
				this.options.listener?.withheld?.();
				return { value, tries, gaveUp: { reason: 'retry budget' } };
			}
			this.options.listener?.retried?.(causeOf(result), decision.why);
			await this.wait(job, decision);
		}
	}

	/** @param firstStartedAt `undefined` before the first attempt */
	private admit(job: Job<unknown>, firstStartedAt: number | undefined): Permit | Promise<Permit> {
		const { admission, clock, pause, breaker, signal } = this.options;
		const { origin } = job.ask;
		signal?.throwIfAborted();
		const until = pause?.pausedUntil(origin) ?? -Infinity;
		if (until > (firstStartedAt ?? clock.now()) + job.rules.totalTime) {
			throw new NotSent('paused', until);
		}
		if (!breaker) {
			const permit = admission.acquire(job.ask);
			if (permit instanceof Promise) job.waiting?.(permit);
			return permit;
		}
		return this.admitThrough(breaker, job);
	}

	private async admitThrough(breaker: CircuitBreaker, job: Job<unknown>): Promise<Permit> {
		const { admission } = this.options;
		const { origin } = job.ask;
		const turnedAway = () => new NotSent('circuit open', breaker.openUntil(origin));
		if (breaker.turnsAway(origin)) throw turnedAway();
		const controller = new AbortController();
		const permit = admission.acquire(job.ask, controller.signal);
		if (!(permit instanceof Promise)) return permit;
		const unsubscribe = breaker.onOpen(() => {
			if (breaker.turnsAway(origin)) controller.abort(turnedAway());
		});
		job.waiting?.(permit);
		try {
			return await permit;
		} finally {
			unsubscribe();
		}
	}

	private begin(ask: Ask, permit: Permit): StartedRequest {
		return new StartedRequest(ask, permit, this.options.observers, this.options.clock);
	}

	private follower(job: Job<unknown>, ongoing: Ongoing, firstStartedAt: number): FollowRedirect {
		return async (origin, redirect) => {
			const former = ongoing.request;
			ongoing.request = undefined;
			former?.observe(redirect);
			const ask = { ...job.ask, origin, isUnderWay: true };
			// First in line, then the place that it has is free: nobody else gets in between.
			const admitted = this.admitRedirect({ ...job, ask }, firstStartedAt);
			former?.release(redirect);
			const permit = await admitted;
			ongoing.request = this.begin(ask, permit);
			// What was ended meanwhile sends nothing more.
			if (ongoing.isOver) end(ongoing, CANCELLED);
			return permit;
		};
	}

	private async admitRedirect(job: Job<unknown>, firstStartedAt: number): Promise<Permit> {
		try {
			return await this.admit(job, firstStartedAt);
		} catch (error) {
			if (!(error instanceof NotSent)) throw error;
			throw new NotSent(error.kind, error.comeBackAt, true);
		}
	}

	private async wait(job: Job<unknown>, decision: Decision & { kind: 'retry' }): Promise<void> {
		const { clock, signal, pause } = this.options;
		// A pause of the whole host is waited for in line, with the other requests to it.
		const isPaused = (pause?.pausedUntil(job.ask.origin) ?? -Infinity) >= decision.at;
		if (isPaused || decision.at <= clock.now()) return;
		const wait = sleepUntil(decision.at, clock, signal);
		job.waiting?.(wait);
		await wait;
	}

	private budget(origin: string): RetryBudget | undefined {
		const { budget: options, clock } = this.options;
		if (!options) return undefined;
		let budget = this.budgets.get(origin);
		if (!budget) this.budgets.set(origin, (budget = new RetryBudget(options, clock.now())));
		return budget;
	}
}

function end(attempt: Ongoing, result: AttemptResult): void {
	attempt.isOver = true;
	attempt.request?.observe(result);
	attempt.request?.release(result);
	attempt.request = undefined;
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
