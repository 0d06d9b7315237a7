import { ChangeListeners } from '../../ChangeListeners';
import type { AdmissionRequest, ChangeListener, Limit, Outcome } from '../../Limit';
import type { Clock } from '../../../common/Clock';
import type { Terms } from '../SharedLimit';
import { BatchSize, LARGEST_BATCH } from './BatchSize';
import { Budgets, type Costs, type Report, type Taken } from './Budgets';
import { Caller, type CallFailure } from './Caller';
import { type Answer, exchange, type Keys, keysOf } from './exchange';
import type { LocalShare, LocalShares, ShareHolder } from './LocalShare';
import type { ScriptStore } from './ScriptStore';
import type { WhenAway } from './WhenAway';
import { SharedLimitsAway } from './SharedLimitsAway';
import * as timing from './timing';
import type { UseLog } from './UseLog';

export interface RedisLimitsOptions {
	readonly store: ScriptStore;
	readonly clock: Clock;
	/** From 0 up to 1. */
	readonly random: () => number;
	/** What all who share the limits call them. */
	readonly name: string;
	readonly limits: Terms;
	readonly whenAway: WhenAway;
	/** A name for this run and one for its process, each unlike any other, without `|`. */
	readonly run: string;
	readonly process: string;
	readonly shares: LocalShares;
	/**
	 * How many requests wait to be admitted now. Without it a run works its way up to what it needs,
	 * and gets its part of a budget that is short a few intervals later.
	 */
	readonly waiting?: () => number;
	/** Told, in a sentence for whoever runs n8n, that Redis has been away for a while, or is back. */
	readonly onNews?: (sentence: string) => void;
}

/** What a call asked for and reported. */
interface Sent {
	readonly at: number;
	readonly want: number;
	readonly costs: Costs;
	readonly report: Report;
}

/**
 * Limits that all n8n processes keep within together, through Redis. One object is one run's part.
 * It fetches grants ahead, as many as the run is about to use, and admits from those, so that most
 * requests cost no round trip and none more than one. What the run has in flight and has used is
 * reported in the same calls. docs/limits-redis.md says why the limits hold exactly.
 */
export class RedisLimits implements Limit<Taken>, ShareHolder {
	inFlight = 0;

	private readonly options: RedisLimitsOptions;
	private readonly clock: Clock;
	private readonly budgets: Budgets;
	private readonly keys: Keys;
	private readonly share: LocalShare;
	private readonly batch: BatchSize;
	private readonly caller: Caller;
	private readonly listeners = new ChangeListeners();
	private readonly failureListeners = new Set<(error: SharedLimitsAway) => void>();
	private readonly unsubscribe: () => void;

	/** Slots that Redis counts as this run's, at least those in flight; and how many it may keep. */
	private held = 0;
	private keep = Infinity;
	/** When slots may no longer be reused, and granted units no longer be used. */
	private slotsEnd = -Infinity;
	private unitsEnd = -Infinity;

	/** The costs of the request that could not be admitted; `undefined` if none waits. */
	private lacking: Costs | undefined;
	private short: Answer['short'] = 'none';
	/** Asking again before this time makes no sense. */
	private askAgainAt = -Infinity;
	private idleSince = Infinity;
	private reportAt = Infinity;
	private calledAt = -Infinity;

	private seq = 0;
	private epoch = '';
	private isClosed = false;
	private wasToldAway = false;

	constructor(options: RedisLimitsOptions) {
		this.options = options;
		this.clock = options.clock;
		this.batch = new BatchSize(options.waiting ? LARGEST_BATCH : 1);
		this.budgets = new Budgets(options.limits.budgets);
		this.keys = keysOf(options.name, this.budgets.ids);
		this.caller = new Caller({
			clock: options.clock,
			random: options.random,
			call: async () => await this.call(false),
			dueAt: () => this.dueAt(),
			onFailure: (failure) => this.failed(failure),
		});
		this.share = options.shares.of(options.name, options.clock.now());
		this.share.join(this);
		const channel = this.keys.channels + options.run;
		this.unsubscribe = options.store.subscribe(channel, (message) => this.told(message));
	}

	get uses(): ReadonlyMap<string, UseLog> {
		return this.budgets.uses;
	}

	/** What is short as far as Redis said. */
	get label(): string {
		if (this.caller.isAway) return 'Redis, through which limits are shared';
		if (this.short === 'budget') return `${this.budgets.label}, shared`;
		return 'the concurrency shared with other processes';
	}

	/** @throws {CostTooHigh} */
	check(ask: AdmissionRequest): void {
		this.budgets.check(ask);
	}

	availableAt(ask: AdmissionRequest, now: number): number {
		const costs = this.budgets.costsOf(ask);
		if (this.holdsGrantsFor(costs, now)) return now;
		this.lacking = costs;
		if (this.isOnItsOwn(now)) return this.shareAvailableAt(costs, now);
		if (now >= this.askAgainAt) this.caller.callNow();
		else this.caller.schedule();
		return Infinity;
	}

	/** Nobody waits for it now. */
	forgo(): void {
		this.lacking = undefined;
	}

	take(ask: AdmissionRequest, now: number): Taken {
		const costs = this.budgets.costsOf(ask);
		const wasGranted = this.holdsGrantsFor(costs, now);
		this.inFlight++;
		// What starts within the process's share is reported when Redis is back.
		this.held = Math.max(this.held, this.inFlight);
		this.lacking = undefined;
		if (wasGranted) this.batch.wasUsed();
		const taken = this.budgets.take(costs, wasGranted, now);
		if (!this.hasIdle()) this.idleSince = Infinity;
		this.reportAfter(firstArrival(taken));
		return taken;
	}

	sent(_ask: AdmissionRequest, now: number, taken: Taken): void {
		this.budgets.sent(taken, now);
		this.reportAfter(firstArrival(taken));
	}

	release(_ask: AdmissionRequest, outcome: Outcome, now: number, taken: Taken): void {
		this.inFlight--;
		this.budgets.ended(taken, outcome, now);
		this.reportAfter(now);
		if (this.held > this.keep) {
			this.held--;
			this.caller.callNow();
		} else if (this.lacking && this.short === 'slots' && !this.budgets.isEmpty) {
			// The slot alone does not admit a request; with one in hand there may be units now.
			this.caller.callNow();
		}
		if (this.isOnItsOwn(now)) this.share.changed();
		else this.listeners.notify();
		this.noteIdle(now);
	}

	onChange(listener: ChangeListener): () => void {
		return this.listeners.add(listener);
	}

	/**
	 * @param listener is told, perhaps more than once, that the limits cannot be kept: Redis is away
	 *   and runs are to fail then, or it refuses to work. The run should end with that error.
	 * @returns ends it
	 */
	onFailure(listener: (error: SharedLimitsAway) => void): () => void {
		this.failureListeners.add(listener);
		return () => this.failureListeners.delete(listener);
	}

	shareChanged(): void {
		if (this.caller.isAway) this.listeners.notify();
	}

	/**
	 * The run is over: gives everything back. The last call is not waited for by anyone who must
	 * not wait for Redis; it never rejects.
	 */
	async close(): Promise<void> {
		if (this.isClosed) return;
		this.isClosed = true;
		this.unsubscribe();
		this.caller.close();
		this.failureListeners.clear();
		this.lacking = undefined;
		this.share.leave(this, this.clock.now());
		// If it is lost, the lease ends and the entries expire.
		if (this.seq > 0) await this.call(true).catch(() => undefined);
	}

	private holdsGrantsFor(costs: Costs, now: number): boolean {
		if (this.options.limits.concurrency !== undefined) {
			if (this.held <= this.inFlight || now >= this.slotsEnd) return false;
		}
		return this.budgets.isEmpty || (now < this.unitsEnd && this.budgets.holds(costs));
	}

	/** Whether Redis has been away for so long that this process goes on alone. */
	private isOnItsOwn(now: number): boolean {
		return (
			this.options.whenAway === 'localShare' &&
			this.caller.isAway &&
			this.caller.awayFor(now) >= timing.AWAY_GRACE
		);
	}

	private shareAvailableAt(costs: Costs, now: number): number {
		const { concurrency } = this.options.limits;
		if (concurrency !== undefined && !this.share.hasSlot(concurrency)) return Infinity;
		return this.budgets.shareAvailableAt(this.share, costs, now);
	}

	/** What has arrived by a time is to be reported soon after; before, Redis counts it as open. */
	private reportAfter(arrival: number): void {
		if (this.budgets.isEmpty || arrival === Infinity) return;
		this.reportAt = Math.min(this.reportAt, arrival + this.budgets.reportWithin);
		this.caller.schedule();
	}

	/** A message that the script sent to this run. */
	private told(message: string): void {
		if (this.isClosed) return;
		if (message.startsWith('keep:')) {
			this.keep = Number(message.slice('keep:'.length));
			const idle = Math.max(0, Math.min(this.held - this.inFlight, this.held - this.keep));
			if (idle === 0) return;
			this.held -= idle;
		}
		this.caller.callNow();
	}

	/** One exchange with Redis. What is granted and idle is given back first. */
	private async call(leave: boolean): Promise<void> {
		const at = this.clock.now();
		const want = leave ? 0 : this.demand(at);
		this.idleSince = Infinity;
		this.reportAt = Infinity;
		this.calledAt = at;
		this.held = this.inFlight;
		this.budgets.giveBack();
		const costs = this.lacking ?? this.budgets.usualCosts;
		const budgets = this.budgets.forCall(costs, at);
		const seq = ++this.seq;
		this.reportAfter(this.budgets.nextArrival);
		const answer = await exchange(this.options.store, this.clock, this.keys, {
			member: this.options.run,
			process: this.options.process,
			seq,
			epoch: this.epoch,
			newEpoch: `${this.options.run}-${seq}`,
			leave,
			slots: this.options.limits.concurrency,
			held: leave ? 0 : this.inFlight,
			want,
			budgets,
			lease: timing.LEASE,
			fresh: timing.FRESH,
			settle: timing.SETTLE,
			valid: timing.GRANT_VALID,
			expire: Math.ceil(
				this.budgets.longestCounted + timing.GRANT_VALID + timing.LEASE + timing.KEYS_KEPT,
			),
		});
		if (this.isClosed || answer.stale) return;
		this.answered(answer, { at, want, costs, report: budgets.map(({ uses }) => uses) });
	}

	/** How many requests to ask for, with those that were granted, are idle and given back. */
	private demand(now: number): number {
		const isLeftOver = now - this.idleSince >= timing.IDLE;
		if (isLeftOver) this.batch.wasLeftOver();
		const idle = isLeftOver ? 0 : this.idleRequests();
		if (!this.lacking) return idle;
		const waiting = Math.max(1, this.options.waiting?.() ?? Infinity);
		return Math.max(idle, Math.min(waiting, this.batch.next()));
	}

	/** How many requests of the usual cost could start with what is granted and idle. */
	private idleRequests(): number {
		const slots =
			this.options.limits.concurrency === undefined ? Infinity : this.held - this.inFlight;
		const idle = Math.min(slots, this.budgets.grantedRequests);
		return idle === Infinity ? 0 : idle;
	}

	private hasIdle(): boolean {
		return (
			(this.options.limits.concurrency !== undefined && this.held > this.inFlight) ||
			this.budgets.hasGranted
		);
	}

	private answered(answer: Answer, sent: Sent): void {
		const now = this.clock.now();
		const wasAway = this.caller.isAway;
		this.caller.answered();
		this.options.shares.wasReached = true;
		if (this.wasToldAway) this.tell('Redis is back');
		this.wasToldAway = false;
		this.share.learn(answer.processes);
		if (this.epoch !== '' && this.epoch !== answer.epoch) {
			this.budgets.forgetReports();
			this.caller.callNow();
		} else {
			this.budgets.acknowledge(sent.report);
		}
		this.epoch = answer.epoch;
		this.keep = answer.keep < 0 ? Infinity : answer.keep;
		this.short = answer.short;
		this.held += answer.granted;
		this.slotsEnd = sent.at + timing.LEASE / 2;
		this.unitsEnd = sent.at + timing.GRANT_VALID;
		this.budgets.grant(answer.granted, sent.costs);
		if (sent.want > 0) this.batch.wasGranted(sent.want, answer.granted);
		this.askAgainAt = answer.short === 'none' ? now : now + this.pause(answer.after);
		if (answer.granted > 0 || wasAway) {
			this.lacking = undefined;
			this.listeners.notify();
			this.noteIdle(this.clock.now());
		}
	}

	/** Milliseconds until asking again makes sense: what Redis said, or until woken. */
	private pause(after: number): number {
		if (after >= 0) return Math.min(after, timing.LONGEST_WAIT);
		return timing.LONGEST_WAIT * (0.5 + 0.5 * this.options.random());
	}

	private failed({ error, isFatal, awayFor }: CallFailure): void {
		const { name, shares, whenAway } = this.options;
		if (isFatal || awayFor >= this.patience) {
			const failure = new SharedLimitsAway(name, error, shares.wasReached);
			for (const listener of this.failureListeners) listener(failure);
			return;
		}
		if (awayFor >= timing.AWAY_GRACE && !this.wasToldAway) {
			this.wasToldAway = true;
			const what = whenAway === 'wait' ? 'Waiting for Redis' : 'Going on without Redis';
			this.tell(`${what}, which cannot be reached: ${error.message}`);
		}
		// From now on it is Redis that is waited for.
		if (awayFor === 0 || this.isOnItsOwn(this.clock.now())) this.listeners.notify();
	}

	/** Milliseconds for which Redis may be away until the run fails. */
	private get patience(): number {
		const { shares, whenAway } = this.options;
		if (whenAway === 'fail') return timing.AWAY_GRACE;
		return whenAway === 'wait' && !shares.wasReached ? timing.FIRST_CONTACT : Infinity;
	}

	private tell(news: string): void {
		this.options.onNews?.(`${news} (limits "${this.options.name}")`);
	}

	/** Grants that nobody takes are given back after a while. */
	private noteIdle(now: number): void {
		this.idleSince = this.hasIdle() ? Math.min(this.idleSince, now) : Infinity;
		this.caller.schedule();
	}

	/** When it is time to call, whatever happens: to report, to give back, to ask, to be alive. */
	private dueAt(): number {
		return Math.min(
			this.calledAt + timing.HEARTBEAT,
			this.reportAt,
			this.idleSince + timing.IDLE,
			this.lacking ? this.askAgainAt : Infinity,
		);
	}
}

/** When the first of what a request took has arrived; `Infinity` if it took nothing. */
function firstArrival(taken: Taken): number {
	return Math.min(Infinity, ...taken.map((use) => use?.arrivedBy ?? Infinity));
}
