import { randomUUID } from 'node:crypto';

import { type Answer, attempt } from './attempt';
import { AdaptiveConcurrency } from './engine/adaptive/AdaptiveConcurrency';
import { AdaptiveLimit } from './engine/adaptive/AdaptiveLimit';
import { describeSettled } from './engine/adaptive/describeSettled';
import { EventLoopMeter } from './engine/adaptive/EventLoopMeter';
import { Admission } from './engine/admission/Admission';
import { ConcurrencyLimit } from './engine/admission/ConcurrencyLimit';
import { describeWaits } from './engine/admission/describeWaits';
import { CircuitBreaker } from './engine/breaker/CircuitBreaker';
import { FailureBudget } from './engine/breaker/FailureBudget';
import { systemClock } from './engine/Clock';
import { LaterTurn } from './engine/LaterTurn';
import { limitsOfRun, type RunLimits } from './engine/limitsOfRun';
import { describeGivingUp } from './engine/retry/describeGivingUp';
import { describeRetries } from './engine/retry/describeRetries';
import { HostPause } from './engine/retry/HostPause';
import { LearnedQuota } from './engine/retry/LearnedQuota';
import { type FollowRedirect, Retrier, type Settled } from './engine/retry/Retrier';
import { RetryStatistics } from './engine/retry/RetryStatistics';
import { type ReadAt, readServerWord } from './engine/retry/serverWord';
import { ServerPacing } from './engine/retry/ServerPacing';
import type { Place } from './engine/runConcurrently';
import { RunStatistics } from './engine/RunStatistics';
import { RedisShares } from './engine/shared/redis/RedisShares';
import { sharedByProcess } from './engine/shared/SharedLimits';
import { summarize } from './engine/summarize';
import type { RedisConnection } from './redis/connections';
import type { RedisSettings } from './request/redisLimits';
import type { RunSettings } from './request/runSettings';
import { sendAuthorized } from './transport/Authorizer';
import type { BodyReceiver } from './transport/BodyReceiver';
import type { EgressPolicy } from './transport/EgressPolicy';
import type { HttpRequest } from './transport/HttpRequest';
import type { HttpResponse } from './transport/HttpResponse';
import { type OnRedirect, Transport } from './transport/Transport';
import { TransportFailure } from './transport/TransportFailure';

export interface SenderOptions {
	readonly settings: Omit<RunSettings, 'limits' | 'redis'>;
	readonly limits: RunLimits;
	readonly egress: EgressPolicy;
	/** Where shared limits are shared with other processes, too. */
	readonly redis: SharedThroughRedis | undefined;
	/** Takes sentences for whoever runs n8n, while the run goes on. */
	readonly log?: (sentence: string) => void;
}

export interface SharedThroughRedis extends RedisSettings {
	/** Released when the run has ended. */
	readonly connection: RedisConnection;
}

/** What sending needs to know of the item that a request belongs to. */
export interface SendingItem<T> {
	/** What its requests cost in each budget that counts a cost. */
	readonly costs: readonly number[];
	/** Its place in the run's window, which it gives away while it waits. */
	readonly place: Place;
	/** Takes the bodies that it wants while they arrive. */
	readonly receiver?: BodyReceiver<T>;
}

/**
 * Sends the requests of one run: each through authorization, admission and transport, and again
 * where that is worth it. It owns all that a run has of these, and ends it.
 */
export class Sender {
	readonly statistics = new RunStatistics();
	/** Decides when too many items have failed to go on. */
	readonly failureBudget: FailureBudget | undefined;
	private readonly rules: RunSettings['retry']['rules'];
	private readonly hasIdempotencyKey: boolean;
	private readonly startedAt = systemClock.now();
	private readonly transport: Transport;
	private readonly concurrency: ConcurrencyLimit;
	/** Where the concurrency is to be found out. */
	private readonly adaptive: AdaptiveLimit | undefined;
	private readonly loopMeter = new EventLoopMeter(systemClock);
	private readonly admission: Admission;
	private readonly retrier: Retrier;
	private readonly retries = new RetryStatistics();
	private readonly breaker: CircuitBreaker | undefined;
	private readonly laterTurn = new LaterTurn();
	private readonly ending = new AbortController();
	/** Aborted when nothing more is sent: the run was stopped, or has failed. */
	readonly signal = this.ending.signal;
	private readonly leaveShared: () => void;

	/** @throws what the limits throw that it takes part in */
	constructor({ settings, limits, egress, redis, log }: SenderOptions) {
		const { concurrency, retry, circuitBreaker, failureBudget } = settings;
		this.rules = retry.rules;
		this.hasIdempotencyKey = retry.idempotencyHeader !== undefined;
		this.failureBudget = failureBudget && new FailureBudget(failureBudget);
		this.transport = new Transport({
			egress,
			connectionsPerOrigin: concurrency.max,
			onConnection: () => this.statistics.connectionOpened(),
		});
		this.concurrency = new ConcurrencyLimit(concurrency.max);
		this.adaptive =
			concurrency.mode === 'adaptive' ? this.adaptiveLimit(concurrency.max) : undefined;
		const pause = new HostPause();
		const pacing = new ServerPacing();
		const learned = new LearnedQuota(pause);
		const breaker = circuitBreaker && new CircuitBreaker(circuitBreaker, systemClock);
		this.breaker = breaker;
		const { limits: ofRun, leave } = limitsOfRun(
			limits,
			redis ? this.redisShares(redis, log) : sharedByProcess(),
		);
		this.leaveShared = () => {
			leave();
			redis?.connection.release();
		};
		this.admission = new Admission({
			limits: [
				...[this.concurrency, pause, pacing, learned],
				...(breaker ? [breaker] : []),
				...(this.adaptive ? [this.adaptive] : []),
				// What is shared with other runs comes last (limitsOfRun).
				...ofRun,
			],
			clock: systemClock,
		});
		this.retrier = new Retrier({
			admission: this.admission,
			clock: systemClock,
			random: Math.random,
			signal: this.signal,
			observers: [
				...[this.statistics.observe, pause.observe, pacing.observe, learned.observe],
				...(breaker ? [breaker.observe] : []),
			],
			pause,
			...(breaker && { breaker }),
			budget: retry.budget,
			listener: this.retries,
		});
		const spent = this.failureBudget?.spent;
		spent?.addEventListener('abort', () => this.sendNothingMore(spent.reason as Error));
	}

	/**
	 * @returns the last answer, whatever its status
	 * @throws {TransportFailure} when no answer came
	 * @throws {NotSent} {@link NotTried} {@link CostTooHigh} when it was not sent at all
	 */
	send<T>(request: HttpRequest, item: SendingItem<T>): Promise<HttpResponse<T>> {
		if (!request.authorizer) return this.sendUntilSettled(request, item);
		const send = (authorized: HttpRequest) => this.sendUntilSettled(authorized, item);
		return sendAuthorized(request, send, this.ending.signal);
	}

	/** Ends everything at once: what is in flight, and what waits. */
	abort(): void {
		const reason = new TransportFailure('cancelled', 'The run was stopped');
		this.sendNothingMore(reason);
		this.transport.abort(reason);
	}

	/** Gives everything back. To be called when the run has ended, however it ended. */
	async close(): Promise<void> {
		this.loopMeter.stop();
		await this.transport.close();
		this.admission.abort(new TransportFailure('cancelled', 'The run has ended'));
		this.leaveShared();
	}

	/** What happened, in a sentence for people. */
	summary(): string {
		const settled = describeSettled(this.adaptive?.settled() ?? []);
		const stoppedAfter = this.failureBudget?.stoppedAfter;
		return [
			summarize(this.statistics, systemClock.now() - this.startedAt),
			...(settled === undefined ? [] : [settled]),
			...(stoppedAfter === undefined
				? []
				: [`stopped by the failure budget after ${stoppedAfter} items had failed`]),
			...describeRetries(this.retries, this.breaker?.timesOpened ?? 0),
			...describeWaits(this.admission.waited()),
			...[...this.transport.distrusted].map(
				(host) =>
					`${host} sent bytes that belong to no response, so some responses may be cut off or belong to other items`,
			),
		].join('; ');
	}

	/** What is in flight may end; nothing more is sent. */
	private sendNothingMore(reason: Error): void {
		this.ending.abort(reason);
		this.admission.abort(reason);
	}

	private redisShares(
		{ connection, whenAway }: SharedThroughRedis,
		onNews: SenderOptions['log'],
	): RedisShares {
		const { store, shares, process } = connection;
		return new RedisShares({
			...{ store, shares, process, whenAway },
			clock: systemClock,
			random: Math.random,
			newName: randomUUID,
			waiting: () => this.admission.countWaiting(),
			onFailure: (error) => this.sendNothingMore(error),
			...(onNews && { onNews }),
		});
	}

	private adaptiveLimit(max: number): AdaptiveLimit {
		this.loopMeter.start();
		return new AdaptiveLimit({
			algorithm: () => new AdaptiveConcurrency(max),
			loopDelay: () => this.loopMeter.delay,
		});
	}

	private async sendUntilSettled<T>(
		request: HttpRequest,
		item: SendingItem<T>,
	): Promise<HttpResponse<T>> {
		const settled = await this.retrier.run({
			ask: { origin: request.origin, costs: item.costs },
			method: request.method,
			hasIdempotencyKey: this.hasIdempotencyKey,
			rules: this.rules,
			attempt: ({ sent }, follow) =>
				attempt(this.transport.send(request, sent, item.receiver, askingFor(follow)), now),
			waiting: (wait) => {
				// What waits only for others of this run to end would let them in before itself.
				if (this.concurrency.inFlight < this.concurrency.limit) item.place.waits(wait);
			},
		});
		const answer = answerOf(settled);
		// A failure may end the run, before anything else is written.
		if (answer.statusCode < 300) await this.laterTurn.come();
		return answer;
	}
}

/** Has each redirect admitted before it is followed. */
function askingFor(follow: FollowRedirect): OnRedirect {
	return async ({ statusCode, headers }, origin) => {
		const word = readServerWord(headers, now());
		const { sent } = await follow(origin, { kind: 'answered', status: statusCode, word });
		return sent;
	};
}

function now(): ReadAt {
	return { now: systemClock.now(), wallClock: Date.now() };
}

/** Adds to an answer, or to a failure, why it was not tried again. */
function answerOf<T>({ value, gaveUp, tries }: Settled<Answer<T>>): HttpResponse<T> {
	const note = gaveUp && describeGivingUp(gaveUp, tries, now());
	if (value.response) {
		return note === undefined ? value.response : Object.assign(value.response, { note });
	}
	const { error } = value;
	if (note !== undefined && error instanceof TransportFailure) error.note = note;
	throw error;
}
