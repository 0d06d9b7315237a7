import type { Clock } from '../../../common/Clock';
import type { AdmissionRequest, Limit, Outcome } from '../../Limit';
import { FULL, type SharedLimitOptions } from '../SharedLimit';
import { BatchSize } from './BatchSize';
import { CallScheduler } from './CallScheduler';
import { exchange, type ExchangeRequest, type ExchangeResponse, redisKeys } from './exchange';
import type { LocalShare } from './LocalShare';
import type { RedisMemory } from './RedisMemory';
import { RedisRateLimits } from './RedisRateLimits';
import { type ScriptStore, StoreUnavailable } from './ScriptStore';
import { RedisUnavailable } from './RedisUnavailable';
import * as timing from './timing';
import type { Usage, UsageLog } from './UsageLog';

/** What runs do while Redis is away: wait, fail, or go on within this process's share of the limits. */
export type WhenUnavailable = 'wait' | 'fail' | 'localShare';

interface RedisLimitOptions {
	readonly store: ScriptStore;
	readonly clock: Clock;
	/** From 0 up to 1. */
	readonly random: () => number;
	/** The key is the name that all have in common who share the limit. */
	readonly limit: SharedLimitOptions;
	readonly whenAway: WhenUnavailable;
	/** Names of this run and of its process, each unlike any other, without `|`. */
	readonly run: string;
	readonly process: string;
	readonly memory: RedisMemory;
	/** How many requests wait to be admitted now. */
	readonly waiting: () => number;
	/** The limit cannot be kept: the run should end with this error. May be called more than once. */
	readonly onFailure: (error: RedisUnavailable) => void;
	/** Takes a sentence for whoever runs n8n: Redis has been away for a while, or is back. */
	readonly onNews?: ((sentence: string) => void) | undefined;
}

/**
 * One run's part in a limit that all n8n processes share through Redis. The run fetches grants ahead, as
 * many as it is about to use, and admits requests from those, so that most requests cost no round trip and
 * none more than one. The same calls report the run's requests in flight and its usage.
 * docs/limits-redis.md explains why the limits hold exactly.
 */
export class RedisLimit implements Limit<readonly Usage[]> {
	inFlight = 0;

	private readonly options: RedisLimitOptions;
	private readonly clock: Clock;
	private readonly concurrency: number | undefined;
	private readonly rateLimits: RedisRateLimits;
	private readonly keys: ReturnType<typeof redisKeys>;
	private readonly share: LocalShare;
	private readonly batch = new BatchSize();
	private readonly calls: CallScheduler;
	private changed = (): void => {};
	private readonly unsubscribe: () => void;

	/** Slots that Redis counts as this run's, at least those in flight; and how many it may keep. */
	private held = 0;
	private keep = Infinity;
	/** When slots may no longer be reused, and when granted units may no longer be used. */
	private slotsEnd = -Infinity;
	private unitsEnd = -Infinity;

	/** The request that could not be admitted; `undefined` if none waits. */
	private lacking: AdmissionRequest | undefined;
	private short: ExchangeResponse['short'] = 'none';
	private shortBudget: ExchangeResponse['budget'];
	/** Asking again before this time makes no sense. */
	private askAgainAt = -Infinity;
	private idleSince = Infinity;
	private reportAt = Infinity;
	private calledAt = -Infinity;
	/** Milliseconds that the latest call took. */
	private roundTrip = 0;

	private seq = 0;
	private epoch = '';
	private isClosed = false;
	private wasToldAway = false;

	constructor(options: RedisLimitOptions) {
		const { clock, random, limit, memory, store, run } = options;
		this.options = options;
		this.clock = clock;
		this.concurrency = limit.concurrency;
		this.rateLimits = new RedisRateLimits(limit.rateLimits);
		this.keys = redisKeys(limit.key, this.rateLimits.ids);
		this.calls = new CallScheduler({
			clock,
			random,
			call: () => this.call(false),
			dueAt: () => this.dueAt(),
			onFailure: (error, awayFor) => this.failed(error, awayFor),
		});
		this.share = memory.shareOf(limit.key, clock.now());
		this.share.join(this);
		this.unsubscribe = store.subscribe(this.keys.channels + run, (message) => this.told(message));
	}

	/** By the rate limit's id in Redis. */
	get usage(): ReadonlyMap<string, UsageLog> {
		return this.rateLimits.usage;
	}

	/** What is short, as Redis last said. */
	get label(): string {
		if (this.calls.isAway) return 'Redis, through which limits are shared';
		if (this.short === 'budget') return `${this.rateLimits.labelOf(this.shortBudget)}, shared`;
		// Redis has not replied yet, or grants nothing because it has lost its data.
		if (this.short !== 'slots') return 'the limits in Redis';
		const { concurrency = Infinity } = this;
		return this.held < concurrency ? FULL.byOthers : FULL.byItself;
	}

	onChange(listener: () => void): void {
		this.changed = listener;
	}

	/** @throws {CostTooHigh} */
	check(request: AdmissionRequest): void {
		this.rateLimits.check(request);
	}

	availableAt(request: AdmissionRequest, now: number): number {
		if (this.holdsGrantsFor(request, now)) return now;
		this.lacking = request;
		if (this.isOnItsOwn(now)) return this.shareAvailableAt(request, now);
		if (now >= this.askAgainAt) this.calls.callNow();
		else this.calls.schedule();
		return Infinity;
	}

	withdraw(): void {
		this.lacking = undefined;
	}

	take(request: AdmissionRequest, now: number): readonly Usage[] {
		const wasGranted = this.holdsGrantsFor(request, now);
		this.inFlight++;
		// What starts within the process's share is reported when Redis is back.
		this.held = Math.max(this.held, this.inFlight);
		this.lacking = undefined;
		if (wasGranted) this.batch.wasUsed();
		const usages = this.rateLimits.take(request, wasGranted, now);
		if (!this.hasIdle()) this.idleSince = Infinity;
		this.reportAfter(firstArrival(usages));
		return usages;
	}

	sent(_request: AdmissionRequest, now: number, usages: readonly Usage[]): void {
		for (const usage of usages) usage.sent(now);
		this.reportAfter(firstArrival(usages));
	}

	release(
		_request: AdmissionRequest,
		outcome: Outcome,
		now: number,
		usages: readonly Usage[],
	): void {
		this.inFlight--;
		for (const usage of usages) usage.ended(outcome, now);
		this.reportAfter(now);
		if (this.held > this.keep) {
			this.held--;
			this.calls.callNow();
		} else if (this.lacking && this.short === 'slots' && !this.rateLimits.isEmpty) {
			// The slot alone does not admit a request; with one in hand there may be units now.
			this.calls.callNow();
		}
		// The admission itself asks again after each release; other runs of the process do not.
		if (this.isOnItsOwn(now)) this.share.changed();
		this.noteIdle(now);
	}

	/** Another run of this process has freed something. */
	shareChanged(): void {
		if (this.calls.isAway) this.changed();
	}

	/**
	 * The run has ended: gives everything back.
	 *
	 * @returns resolves when Redis has been told, which the run need not wait for; never rejects
	 */
	async leave(): Promise<void> {
		if (this.isClosed) return;
		this.isClosed = true;
		this.unsubscribe();
		this.calls.close();
		this.lacking = undefined;
		this.share.leave(this, this.clock.now());
		// If the call is lost, the lease ends and the entries expire.
		if (this.seq > 0) await this.call(true).catch(() => undefined);
	}

	private holdsGrantsFor(request: AdmissionRequest, now: number): boolean {
		if (this.concurrency !== undefined) {
			if (this.held <= this.inFlight || now >= this.slotsEnd) return false;
		}
		return this.rateLimits.isEmpty || (now < this.unitsEnd && this.rateLimits.holds(request));
	}

	/** Whether Redis has been away for so long that this process goes on alone. */
	private isOnItsOwn(now: number): boolean {
		return (
			this.options.whenAway === 'localShare' &&
			this.calls.isAway &&
			this.calls.awayFor(now) >= timing.AWAY_GRACE
		);
	}

	private shareAvailableAt(request: AdmissionRequest, now: number): number {
		const { concurrency, share } = this;
		if (concurrency !== undefined && !share.hasSlot(concurrency)) return Infinity;
		return this.rateLimits.shareAvailableAt(share, request, now);
	}

	/** Requests that have arrived are reported soon after, because Redis counts them as open until then. */
	private reportAfter(arrival: number): void {
		if (this.rateLimits.isEmpty || arrival === Infinity) return;
		this.reportAt = Math.min(this.reportAt, arrival + this.rateLimits.reportWithin);
		this.calls.schedule();
	}

	/** The script has sent a message to this run. */
	private told(message: string): void {
		if (this.isClosed) return;
		if (message.startsWith('keep:')) {
			this.keep = Number(message.slice('keep:'.length));
			const idle = Math.max(0, Math.min(this.held - this.inFlight, this.held - this.keep));
			if (idle === 0) return;
			this.held -= idle;
		}
		this.calls.callNow();
	}

	/** One exchange with Redis. Idle grants are given back first. */
	private async call(leave: boolean): Promise<void> {
		const at = this.clock.now();
		const want = leave ? 0 : this.demand(at);
		this.idleSince = Infinity;
		this.reportAt = Infinity;
		this.calledAt = at;
		this.held = this.inFlight;
		this.rateLimits.giveBack();
		// The script moves all of it to what runs have used that have ended.
		if (leave) this.rateLimits.forgetReports();
		const { lacking } = this;
		const budgets = this.rateLimits.forExchange(lacking, at);
		// A run that begins after Redis has lost its data must not get all of a limit that others use.
		if (this.seq === 0) this.epoch = this.share.epochAt(at);
		const seq = ++this.seq;
		this.reportAfter(this.rateLimits.nextArrival);
		const { run, process, store } = this.options;
		const request: ExchangeRequest = {
			member: run,
			process,
			seq,
			epoch: this.epoch,
			newEpoch: `${run}-${seq}`,
			leave,
			slots: this.concurrency,
			held: leave ? 0 : this.inFlight,
			want,
			budgets,
			lease: timing.LEASE,
			fresh: timing.FRESH,
			settle: timing.SETTLE,
			valid: timing.GRANT_VALID,
			expire: Math.ceil(
				this.rateLimits.longestCounted + timing.GRANT_VALID + timing.LEASE + timing.KEYS_KEPT,
			),
		};
		const response = await exchange(store, this.clock, this.keys, request);
		this.roundTrip = this.clock.now() - at;
		if (!this.isClosed && !response.stale) this.responded(response, request, lacking, at);
	}

	/** How many requests to ask for, with those that were granted, are idle and given back. */
	private demand(now: number): number {
		const isLeftOver = now - this.idleSince >= this.idleFor;
		if (isLeftOver) this.batch.wasLeftOver();
		const idle = isLeftOver ? 0 : this.idleRequests();
		if (!this.lacking) return idle;
		return Math.max(idle, Math.min(Math.max(1, this.options.waiting()), this.batch.next()));
	}

	/** How many requests of the usual cost could start with what is granted and idle. */
	private idleRequests(): number {
		const slots = this.concurrency === undefined ? Infinity : this.held - this.inFlight;
		const idle = Math.min(slots, this.rateLimits.grantedRequests);
		return idle === Infinity ? 0 : idle;
	}

	private hasIdle(): boolean {
		const hasIdleSlot = this.concurrency !== undefined && this.held > this.inFlight;
		return hasIdleSlot || this.rateLimits.hasGranted;
	}

	/**
	 * @param lacking the request that waited when the call was made
	 * @param at when the call was made
	 */
	private responded(
		response: ExchangeResponse,
		{ want, budgets, expire }: ExchangeRequest,
		lacking: AdmissionRequest | undefined,
		at: number,
	): void {
		const now = this.clock.now();
		const formerLabel = this.label;
		this.calls.succeeded();
		this.options.memory.wasReached = true;
		if (this.wasToldAway) this.tell('Redis is back');
		this.wasToldAway = false;
		this.share.processes = Math.max(1, response.processes);
		if (this.epoch !== '' && this.epoch !== response.epoch) {
			this.rateLimits.forgetReports();
			this.calls.callNow();
		} else {
			this.rateLimits.acknowledge(budgets);
		}
		this.epoch = response.epoch;
		this.share.sawEpoch(response.epoch, at + expire);
		this.keep = response.keep < 0 ? Infinity : response.keep;
		this.short = response.short;
		this.shortBudget = response.budget;
		this.held += response.granted;
		this.slotsEnd = at + timing.LEASE / 2;
		this.unitsEnd = at + timing.GRANT_VALID;
		this.rateLimits.grant(response.granted, lacking);
		if (want > 0) this.batch.wasGranted(want, response.granted);
		this.askAgainAt = response.short === 'none' ? now : now + this.pause(response.after);
		if (response.granted > 0 || this.label !== formerLabel) {
			this.lacking = undefined;
			this.changed();
			this.noteIdle(this.clock.now());
		}
	}

	/** Milliseconds until asking again makes sense: what Redis said, or until woken. */
	private pause(after: number): number {
		if (after >= 0) return Math.min(after, timing.LONGEST_WAIT);
		return timing.LONGEST_WAIT * (0.5 + 0.5 * this.options.random());
	}

	private failed(error: Error, awayFor: number): void {
		if (this.isClosed) return;
		const { limit, memory, whenAway, onFailure } = this.options;
		const isFatal = !(error instanceof StoreUnavailable);
		if (isFatal || awayFor >= this.patience) {
			onFailure(new RedisUnavailable(limit.key, error, memory.wasReached));
			return;
		}
		if (awayFor >= timing.AWAY_GRACE && !this.wasToldAway) {
			this.wasToldAway = true;
			const what = whenAway === 'wait' ? 'Waiting for Redis' : 'Going on without Redis';
			this.tell(`${what}, which cannot be reached: ${error.message}`);
		}
		// From now on requests wait for Redis.
		if (awayFor === 0 || this.isOnItsOwn(this.clock.now())) this.changed();
	}

	/** Milliseconds for which Redis may be away until the run fails. */
	private get patience(): number {
		const { memory, whenAway } = this.options;
		if (whenAway === 'fail') return timing.AWAY_GRACE;
		return whenAway === 'wait' && !memory.wasReached ? timing.FIRST_CONTACT : Infinity;
	}

	private tell(news: string): void {
		this.options.onNews?.(`${news} (limits "${this.options.limit.key}")`);
	}

	/**
	 * For how long grants are kept that nobody takes. Where requests need the grants of another limit as
	 * well, that limit has to call Redis first.
	 */
	private get idleFor(): number {
		return Math.min(timing.GRANT_VALID / 2, Math.max(timing.IDLE, 4 * this.roundTrip));
	}

	/** Grants that nobody takes are given back after a while. */
	private noteIdle(now: number): void {
		this.idleSince = this.hasIdle() ? Math.min(this.idleSince, now) : Infinity;
		this.calls.schedule();
	}

	/** When the next call is due: to report, to give back, to ask, to say that the run is alive. */
	private dueAt(): number {
		return Math.min(
			this.calledAt + timing.HEARTBEAT,
			this.reportAt,
			this.idleSince + this.idleFor,
			this.lacking ? this.askAgainAt : Infinity,
		);
	}
}

/** When the first usage of a request has arrived; `Infinity` if it used nothing. */
function firstArrival(usages: readonly Usage[]): number {
	return Math.min(...usages.map(({ arrivedBy }) => arrivedBy));
}
