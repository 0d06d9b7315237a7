import { randomUUID } from 'node:crypto';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { IBinaryData } from 'n8n-workflow';

import { AdaptiveLimit } from '../limits/adaptive/AdaptiveLimit';
import { Admission } from '../limits/admission/Admission';
import { ConcurrencyLimit } from '../limits/concurrency/ConcurrencyLimit';
import { describeWaits, type Wait } from '../limits/admission/WaitTimes';
import { CircuitBreaker, type CircuitBreakerOptions } from '../limits/CircuitBreaker';
import { systemClock } from '../common/Clock';
import type { CurrentWait } from '../common/CurrentWait';
import { NextTurn } from '../common/NextTurn';
import { createLimits, type LimitOptions } from '../limits/createLimits';
import type { RetryBudgetOptions } from './retry/RetryBudget';
import { RetryWaits } from './retry/RetryWaits';
import type { RetryRules } from './retry/RetryPolicy';
import { ServerLimits } from '../limits/server/ServerLimits';
import type { RequestFacts } from './RequestFacts';
import type { Slot } from '../common/Slot';
import { RunStatistics } from './RunStatistics';
import { RedisLimit, type WhenUnavailable } from '../limits/shared/redis/RedisLimit';
import type { SharedLimitOptions } from '../limits/shared/SharedLimit';
import { sharedByProcess } from '../limits/shared/SharedLimits';
import { describeAdvice, describeRetries, describeRun, joinSentences } from './summarize';
import { ConcurrencyUsage } from './ConcurrencyUsage';
import type { RedisConnection } from '../redis/connections';
import type { BodyReceiver } from '../transport/BodyReceiver';
import type { EgressPolicy } from '../transport/EgressPolicy';
import type { HttpRequest } from '../transport/HttpRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import { Transport } from '../transport/Transport';
import { TransportFailure } from '../transport/TransportFailure';
import { admit } from './admit';
import { authorize } from './authorize';
import { Call } from './Call';
import { redirect } from './redirect';
import { retry } from './retry/retry';
import { compose, type Send } from './Send';
import { StopAfter, type StopAfterOptions } from './StopAfter';

/** What users set for a run as a whole, apart from its limits. */
export interface RunSettings {
	readonly concurrency: {
		/** `fixed` keeps to `max`; `adaptive` finds the best up to it. */
		readonly mode: 'fixed' | 'adaptive';
		/** Requests in flight at most; a whole number from 1 to 1000. */
		readonly max: number;
	};
	/** Whether to keep to what servers say and show about their limits. */
	readonly obeyServerLimits: boolean;
	readonly retry: {
		readonly rules: RetryRules;
		readonly budget: RetryBudgetOptions;
		/** Name of the header that carries the idempotency key; `undefined` to send none. */
		readonly idempotencyHeader: string | undefined;
	};
	readonly circuitBreaker: CircuitBreakerOptions | undefined;
	readonly stopAfter: StopAfterOptions | undefined;
}

export interface ClientOptions {
	readonly settings: RunSettings;
	readonly limits: LimitOptions;
	readonly egress: EgressPolicy;
	/** Where shared limits are shared with other processes, too. */
	readonly redis: SharedThroughRedis | undefined;
	/** Takes sentences for whoever runs n8n, while the run goes on. */
	readonly log?: (sentence: string) => void;
}

interface SharedThroughRedis {
	readonly whenAway: WhenUnavailable;
	/** Released when the run has ended. */
	readonly connection: RedisConnection;
}

/** What sending needs to know of the item that a request belongs to. */
export interface SendingItem<T> {
	/** What its requests cost in each rate limit that counts a cost. */
	readonly costs: readonly number[];
	/** Its slot among the items in progress, which others use while it waits. */
	readonly slot: Slot;
	/** Takes the bodies that it wants while they arrive. */
	readonly receiver?: BodyReceiver<T>;
}

/**
 * Sends the requests of one run: each goes through the chain authorize, retry, redirect, admit and
 * exchange. The client composes the chain, owns its parts, and ends them with the run.
 */
export class Client {
	readonly statistics: RunStatistics;
	/** Ends the run early. */
	readonly stopAfter: StopAfter | undefined;
	/** The clock's milliseconds. */
	readonly startedAt = systemClock.now();
	private readonly loopAtStart: EventLoopUtilization = performance.eventLoopUtilization();
	private readonly transport: Transport;
	private readonly concurrency: ConcurrencyLimit;
	/** With Concurrency Mode at Adaptive. */
	private readonly adaptive: AdaptiveLimit | undefined;
	/** With Concurrency Mode at Fixed. */
	private readonly usage: ConcurrencyUsage | undefined;
	private readonly admission: Admission;
	private readonly chain: Send<IBinaryData>;
	private readonly breaker: CircuitBreaker | undefined;
	private readonly nextTurn = new NextTurn();
	private readonly log: ClientOptions['log'];
	private readonly ending = new AbortController();
	/** Aborted when nothing more is sent: the run was stopped, or has failed. */
	readonly signal = this.ending.signal;
	readonly retryWaits = new RetryWaits(systemClock, this.signal);
	private readonly leaveShared: () => void;

	/** @throws what shared limits throw when a run joins them */
	constructor({ settings, limits, egress, redis, log }: ClientOptions) {
		this.log = log;
		const { concurrency, retry: retrying, circuitBreaker, stopAfter } = settings;
		this.statistics = new RunStatistics(concurrency.max);
		this.stopAfter = stopAfter && new StopAfter(stopAfter, systemClock);
		this.transport = new Transport({
			egress,
			connectionsPerOrigin: concurrency.max,
			onConnection: () => this.statistics.connectionOpened(),
		});
		this.concurrency = new ConcurrencyLimit(concurrency.max);
		this.adaptive =
			concurrency.mode === 'adaptive' ? new AdaptiveLimit(concurrency.max) : undefined;
		this.usage = this.adaptive ? undefined : new ConcurrencyUsage(concurrency.max, systemClock);
		const breaker = circuitBreaker && new CircuitBreaker(circuitBreaker, systemClock);
		this.breaker = breaker;
		const { limits: ofRun, leave } = createLimits(limits, (shared) =>
			redis ? this.redisLimit(redis, shared) : sharedByProcess().join(shared),
		);
		this.leaveShared = () => {
			leave();
			redis?.connection.release();
		};
		this.admission = new Admission({
			limits: [
				this.concurrency,
				...(settings.obeyServerLimits ? [new ServerLimits()] : []),
				...(breaker ? [breaker] : []),
				...(this.adaptive ? [this.adaptive] : []),
				// What is shared with other runs comes last (createLimits).
				...ofRun,
			],
			clock: systemClock,
		});
		const { signal } = this;
		const { totalTime } = retrying.rules;
		const clock = systemClock;
		const wallClock = Date.now;
		this.chain = compose<IBinaryData>(
			[
				authorize(signal),
				retry({
					rules: retrying.rules,
					hasIdempotencyKey: retrying.idempotencyHeader !== undefined,
					budget: retrying.budget,
					clock,
					wallClock,
					random: Math.random,
					signal,
					statistics: this.statistics,
					waits: this.retryWaits,
				}),
				redirect({ egress, clock, totalTime, waits: this.retryWaits }),
				admit({
					admission: this.admission,
					clock,
					wallClock,
					statistics: this.statistics,
					...(this.usage && { usage: this.usage }),
					...(breaker && { breaker }),
					totalTime,
				}),
			],
			(request, call) => this.transport.send(request, call),
		);
		const stopped = this.stopAfter?.signal;
		stopped?.addEventListener('abort', () => this.sendNothingMore(stopped.reason as Error));
	}

	/**
	 * @param facts learns what becomes of the request
	 * @returns the last response, whatever its status
	 * @throws {TransportFailure} when no complete response came
	 * @throws {NotSent} {@link SkippedItem} {@link CostTooHigh} when the request was not sent
	 */
	async send(
		request: HttpRequest,
		{ costs, slot, receiver }: SendingItem<IBinaryData>,
		facts?: RequestFacts,
	): Promise<HttpResponse<IBinaryData>> {
		const waits = (wait: Promise<unknown>): void => {
			// A request that waits only for Max Concurrency keeps its slot. Otherwise later items overtake it.
			if (this.concurrency.inFlight < this.concurrency.limit) slot.releaseDuring(wait);
		};
		const response = await this.chain(request, new Call({ costs, waits, receiver, facts }));
		// A failure may end the run, before anything else is written.
		if (response.statusCode < 300) await this.nextTurn.wait();
		return response;
	}

	/**
	 * Checks a request as if it were about to be sent. Sends nothing.
	 *
	 * @throws {TransportFailure} where it would be refused
	 */
	async check(request: HttpRequest): Promise<void> {
		await this.transport.check(request);
	}

	/** Ends everything at once: what is in flight, and what waits. */
	abort(): void {
		const reason = new TransportFailure('cancelled', 'The run was stopped');
		this.sendNothingMore(reason);
		this.transport.abort(reason);
	}

	/** Gives everything back. To be called when the run has ended, however it ended. */
	async close(): Promise<void> {
		this.stopAfter?.close();
		await this.transport.close();
		this.admission.abort(new TransportFailure('cancelled', 'The run has ended'));
		this.leaveShared();
	}

	/** For how long limits held requests back up to now, the longest first. */
	waited(): Wait[] {
		return this.admission.waited();
	}

	/** Describes the run in sentences for people. */
	summary(): string {
		const { statistics, adaptive, stopAfter, transport } = this;
		const duration = systemClock.now() - this.startedAt;
		const settled = adaptive?.describeSettled();
		const stoppedAfter = stopAfter?.stoppedAfter;
		const waits = this.waited();
		const advice = this.usage?.advise({
			duration,
			statistics,
			longestWait: waits[0]?.duration ?? 0,
			busy: performance.eventLoopUtilization(this.loopAtStart).utilization,
		});
		return joinSentences([
			...describeRun(statistics, duration),
			...(settled === undefined ? [] : [settled]),
			...(stoppedAfter === undefined ? [] : [`Stopped after ${stoppedAfter}`]),
			...describeRetries(statistics, this.breaker?.timesOpened ?? 0),
			...describeWaits(waits),
			...describeAdvice(advice, duration),
			...[...transport.distrusted].map(
				(host) =>
					`The server ${host} sent bytes that belong to no response, so some responses may be cut off or belong to other items. To prevent this, set Options > Connection to Close`,
			),
		]);
	}

	/** The waits that hold up the run now. A wait for a next try holds up nothing while others are in flight. */
	waitingFor(): CurrentWait[] {
		const held = this.admission.waitingFor();
		return this.statistics.inFlight > 0 ? held : [...held, ...this.retryWaits.waitingFor()];
	}

	/** Sends nothing more. Requests in flight may end. */
	private sendNothingMore(reason: Error): void {
		this.ending.abort(reason);
		this.admission.abort(reason);
	}

	private redisLimit(
		{ connection, whenAway }: SharedThroughRedis,
		limit: SharedLimitOptions,
	): RedisLimit {
		const { store, memory, process } = connection;
		return new RedisLimit({
			store,
			memory,
			process,
			whenAway,
			limit,
			clock: systemClock,
			random: Math.random,
			run: randomUUID(),
			waiting: () => this.admission.countWaiting(),
			onFailure: (error) => this.sendNothingMore(error),
			onNews: this.log,
		});
	}
}
