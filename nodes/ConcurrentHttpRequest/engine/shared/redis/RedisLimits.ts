import { ChangeListeners } from '../../admission/ChangeListeners';
import type { Ask, ChangeListener, Limit, Outcome } from '../../admission/Limit';
import type { Clock } from '../../Clock';
import { CostTooHigh } from '../../rate/CostTooHigh';
import { describeBudget } from '../../rate/describeBudget';
import type { RateBudgetOptions } from '../../rate/RateBudget';
import type { Terms } from '../SharedLimit';
import { BatchSize, LARGEST_BATCH } from './BatchSize';
import { type Answer, type Call, exchange, type Keys, keysOf } from './exchange';
import type { LocalShare, LocalShares, ShareHolder } from './LocalShare';
import { type ScriptStore, StoreAway } from './ScriptStore';
import type { WhenAway } from './WhenAway';
import { SharedLimitsAway } from './SharedLimitsAway';
import * as timing from './timing';
import { type ReportedUse, type Use, UseLog } from './UseLog';

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
}

/** A budget, what was granted of it and not used yet, and what was used. */
interface Budget extends RateBudgetOptions {
	readonly id: string;
	readonly label: string;
	readonly uses: UseLog;
	granted: number;
}

/** What a request took of each budget, by its position. */
type Taken = ReadonlyArray<Use | undefined>;

/**
 * Limits that all n8n processes keep within together, through Redis. One object is one run's part.
 * It fetches grants ahead, as many as the run is about to use, and admits from those, so that most
 * requests cost no round trip and none more than one. What the run has in flight and has used is
 * reported in the same calls. docs/limits-redis.md says why the limits hold exactly.
 */
export class RedisLimits implements Limit<Taken>, ShareHolder {
	inFlight = 0;
	readonly uses: ReadonlyMap<string, UseLog>;

	private readonly options: RedisLimitsOptions;
	private readonly clock: Clock;
	private readonly budgets: Budget[];
	private readonly keys: Keys;
	private readonly share: LocalShare;
	private readonly batch: BatchSize;
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
	private lacking: number[] | undefined;
	private short: Answer['short'] = 'none';
	/** Asking again before this time makes no sense. */
	private askAgainAt = -Infinity;
	private idleSince = Infinity;
	private reportAt = Infinity;
	private calledAt = -Infinity;

	private seq = 0;
	private epoch = '';
	private isCalling = false;
	private callAgain = false;
	private isClosed = false;
	private failures = 0;
	private awaySince: number | undefined;
	private cancelTimer: (() => void) | undefined;
	private timerAt = Infinity;

	constructor(options: RedisLimitsOptions) {
		this.options = options;
		this.clock = options.clock;
		this.batch = new BatchSize(options.waiting ? LARGEST_BATCH : 1);
		this.budgets = options.limits.budgets.map((budget) => {
			const unit = budget.unit ?? 'requests';
			const id = `${budget.interval}-${encodeURIComponent(unit)}`;
			const label = describeBudget(budget.amount, budget.interval, unit);
			return { ...budget, id, label, uses: new UseLog(budget.interval), granted: 0 };
		});
		this.uses = new Map(this.budgets.map(({ id, uses }) => [id, uses]));
		this.keys = keysOf(
			options.name,
			this.budgets.map(({ id }) => id),
		);
		this.share = options.shares.of(options.name);
		this.share.join(this);
		const channel = this.keys.channels + options.run;
		this.unsubscribe = options.store.subscribe(channel, (message) => this.told(message));
	}

	/** What is short as far as Redis said. */
	get label(): string {
		if (this.awaySince !== undefined) return 'Redis, through which limits are shared';
		if (this.short === 'budget') return `${this.budgets[0]?.label ?? 'a quota'}, shared`;
		return 'the concurrency shared with other processes';
	}

	/** @throws {CostTooHigh} */
	check(ask: Ask): void {
		const costs = this.costsOf(ask);
		for (const [index, { amount, label }] of this.budgets.entries()) {
			const cost = costs[index] ?? 0;
			if (cost > amount) throw new CostTooHigh(cost, amount, label);
		}
	}

	availableAt(ask: Ask, now: number): number {
		const costs = this.costsOf(ask);
		if (this.holdsGrantsFor(costs, now)) return now;
		this.lacking = costs;
		if (this.isOnItsOwn(now)) return this.shareAvailableAt(costs, now);
		this.callSoon();
		return Infinity;
	}

	/** Nobody waits for it now. */
	forgo(): void {
		this.lacking = undefined;
	}

	take(ask: Ask, now: number): Taken {
		const costs = this.costsOf(ask);
		const wasGranted = this.holdsGrantsFor(costs, now);
		this.inFlight++;
		// What starts within the process's share is reported when Redis is back.
		this.held = Math.max(this.held, this.inFlight);
		this.lacking = undefined;
		if (wasGranted) this.batch.wasUsed();
		const taken = this.budgets.map((budget, index) => {
			const cost = costs[index] ?? 0;
			if (wasGranted) budget.granted -= cost;
			return cost > 0 ? budget.uses.take(cost, now) : undefined;
		});
		if (!this.hasIdle()) this.idleSince = Infinity;
		this.reportSoon(now);
		return taken;
	}

	sent(_ask: Ask, now: number, taken: Taken): void {
		for (const [index, { uses }] of this.budgets.entries()) {
			const use = taken[index];
			if (use) uses.sent(use, now);
		}
	}

	release(_ask: Ask, outcome: Outcome, now: number, taken: Taken): void {
		this.inFlight--;
		for (const [index, { uses }] of this.budgets.entries()) {
			const use = taken[index];
			if (use) uses.ended(use, outcome, now);
		}
		this.reportSoon(now);
		if (this.held > this.keep) {
			this.held--;
			this.callNow();
		} else if (this.lacking && this.short === 'slots' && this.budgets.length > 0) {
			// The slot alone does not admit a request; with one in hand there may be units now.
			this.callNow();
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
		if (this.awaySince !== undefined) this.listeners.notify();
	}

	/**
	 * The run is over: gives everything back. The last call is not waited for by anyone who must
	 * not wait for Redis; it never rejects.
	 */
	async close(): Promise<void> {
		if (this.isClosed) return;
		this.isClosed = true;
		this.unsubscribe();
		this.cancelTimer?.();
		this.failureListeners.clear();
		this.lacking = undefined;
		this.share.leave(this);
		// If it is lost, the lease ends and the entries expire.
		if (this.seq > 0) await this.send(true).catch(() => undefined);
	}

	private costsOf(ask: Ask): number[] {
		return this.budgets.map(({ position }) =>
			position === undefined ? 1 : (ask.costs?.[position] ?? 1),
		);
	}

	private holdsGrantsFor(costs: readonly number[], now: number): boolean {
		if (this.options.limits.concurrency !== undefined) {
			if (this.held <= this.inFlight || now >= this.slotsEnd) return false;
		}
		if (this.budgets.length === 0) return true;
		return (
			now < this.unitsEnd && this.budgets.every(({ granted }, i) => granted >= (costs[i] ?? 0))
		);
	}

	/** Whether Redis has been away for so long that this process goes on alone. */
	private isOnItsOwn(now: number): boolean {
		return (
			this.options.whenAway === 'localShare' &&
			this.awaySince !== undefined &&
			now - this.awaySince >= timing.AWAY_GRACE
		);
	}

	private shareAvailableAt(costs: readonly number[], now: number): number {
		const { concurrency } = this.options.limits;
		if (concurrency !== undefined && !this.share.hasSlot(concurrency)) return Infinity;
		return this.budgets.reduce(
			(latest, { id, amount }, index) =>
				Math.max(latest, this.share.availableAt(id, amount, costs[index] ?? 0, now)),
			now,
		);
	}

	/** What was used is to be reported in time. */
	private reportSoon(now: number): void {
		if (this.budgets.length === 0) return;
		const { longest, shortest, perInterval } = timing.REPORT;
		const interval = Math.min(...this.budgets.map((budget) => budget.interval));
		const within = Math.max(shortest, Math.min(longest, interval / perInterval));
		this.reportAt = Math.min(this.reportAt, now + within);
		this.schedule();
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
		this.callNow();
	}

	/** Calls as soon as that makes sense; all who ask in one turn of the event loop are one call. */
	private callSoon(): void {
		if (this.clock.now() >= this.askAgainAt) this.callNow();
		else this.schedule();
	}

	private callNow(): void {
		if (this.isClosed || this.callAgain) return;
		if (this.awaySince !== undefined && this.clock.now() < this.askAgainAt) return this.schedule();
		this.callAgain = true;
		queueMicrotask(() => {
			if (this.isCalling) return;
			this.callAgain = false;
			if (!this.isClosed) void this.call();
		});
	}

	private async call(): Promise<void> {
		this.isCalling = true;
		try {
			await this.send(false);
			this.failures = 0;
		} catch (error) {
			this.failed(error instanceof Error ? error : new Error(String(error)));
		} finally {
			this.isCalling = false;
			const again = this.callAgain && this.awaySince === undefined;
			this.callAgain = false;
			if (again) this.callNow();
			this.schedule();
		}
	}

	/** One exchange with Redis. What is granted and idle is given back first. */
	private async send(leave: boolean): Promise<void> {
		const sentAt = this.clock.now();
		const { concurrency } = this.options.limits;
		const want = leave ? 0 : this.demand(sentAt);
		this.idleSince = Infinity;
		this.reportAt = Infinity;
		this.calledAt = sentAt;
		this.held = this.inFlight;
		for (const budget of this.budgets) budget.granted = 0;
		const costs =
			this.lacking ?? this.budgets.map(({ position }) => (position === undefined ? 1 : 0));
		const open = this.budgets.map(({ uses }) => uses.open(sentAt));
		const reported = this.budgets.map(({ uses }) => uses.unreported(sentAt));
		const call: Call = {
			member: this.options.run,
			process: this.options.process,
			seq: ++this.seq,
			epoch: this.epoch,
			newEpoch: `${this.options.run}-${this.seq}`,
			leave,
			slots: concurrency,
			held: leave ? 0 : this.inFlight,
			want,
			budgets: this.budgets.map(({ id, amount, interval, uses }, index) => ({
				id,
				limit: amount,
				interval,
				latestArrival: uses.latestArrival,
				open: open[index] ?? 0,
				cost: costs[index] ?? 0,
				uses: reported[index] ?? [],
			})),
			lease: timing.LEASE,
			fresh: timing.FRESH,
			settle: timing.SETTLE,
			valid: timing.GRANT_VALID,
			expire: this.keysExpireAfter(),
		};
		if (open.some((amount) => amount > 0)) this.reportSoon(sentAt);
		const answer = await this.withinTime(exchange(this.options.store, this.keys, call));
		if (!this.isClosed && !answer.stale) this.answered(answer, { sentAt, want, costs, reported });
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
		const slots = this.options.limits.concurrency === undefined ? [] : [this.held - this.inFlight];
		const units = this.budgets.flatMap(({ position, granted }) =>
			position === undefined ? [granted] : [],
		);
		const idle = Math.min(...slots, ...units);
		return idle === Infinity ? 0 : idle;
	}

	private hasIdle(): boolean {
		return (
			(this.options.limits.concurrency !== undefined && this.held > this.inFlight) ||
			this.budgets.some(({ granted }) => granted > 0)
		);
	}

	private keysExpireAfter(): number {
		const counted = this.budgets.map(({ interval, uses }) => interval + uses.latestArrival);
		return Math.ceil(Math.max(0, ...counted) + timing.GRANT_VALID + timing.LEASE + 60_000);
	}

	private async withinTime(answer: Promise<Answer>): Promise<Answer> {
		let cancel: (() => void) | undefined;
		const late = new Promise<never>((_, reject) => {
			cancel = this.clock.at(this.clock.now() + timing.CALL_TIMEOUT, () =>
				reject(new StoreAway('It did not answer in time')),
			);
		});
		try {
			return await Promise.race([answer, late]);
		} finally {
			cancel?.();
		}
	}

	private answered(
		answer: Answer,
		sent: { sentAt: number; want: number; costs: number[]; reported: ReportedUse[][] },
	): void {
		const now = this.clock.now();
		const wasAway = this.awaySince !== undefined;
		this.awaySince = undefined;
		this.share.learn(answer.processes);
		if (this.epoch !== '' && this.epoch !== answer.epoch) {
			for (const { uses } of this.budgets) uses.forgetReports();
			this.callAgain = true;
		} else {
			for (const [i, { uses }] of this.budgets.entries()) uses.acknowledge(sent.reported[i] ?? []);
		}
		this.epoch = answer.epoch;
		this.keep = answer.keep < 0 ? Infinity : answer.keep;
		this.short = answer.short;
		this.held += answer.granted;
		this.slotsEnd = sent.sentAt + timing.LEASE / 2;
		this.unitsEnd = sent.sentAt + timing.GRANT_VALID;
		for (const [index, budget] of this.budgets.entries()) {
			budget.granted += answer.granted * (sent.costs[index] ?? 0);
		}
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

	private failed(error: Error): void {
		const now = this.clock.now();
		this.awaySince ??= now;
		const { first, longest } = timing.RETRY;
		const backoff = Math.min(longest, first * 2 ** this.failures++);
		this.askAgainAt = now + backoff * (0.5 + 0.5 * this.options.random());
		const isFatal = !(error instanceof StoreAway);
		const isOver = this.options.whenAway === 'fail' && now - this.awaySince >= timing.AWAY_GRACE;
		if (isFatal || isOver) {
			const failure = new SharedLimitsAway(this.options.name, error, isFatal);
			for (const listener of this.failureListeners) listener(failure);
		} else if (this.isOnItsOwn(now)) {
			this.listeners.notify();
		}
	}

	/** Grants that nobody takes are given back after a while. */
	private noteIdle(now: number): void {
		this.idleSince = this.hasIdle() ? Math.min(this.idleSince, now) : Infinity;
		this.schedule();
	}

	/** One timer, for whatever is due first. */
	private schedule(): void {
		// After a call this is done anyway.
		if (this.isClosed || this.isCalling || this.callAgain) return;
		const due =
			this.awaySince === undefined
				? Math.min(
						this.calledAt + timing.HEARTBEAT,
						this.reportAt,
						this.idleSince + timing.IDLE,
						this.lacking ? this.askAgainAt : Infinity,
					)
				: this.askAgainAt;
		if (due >= this.timerAt) return;
		this.cancelTimer?.();
		this.timerAt = due;
		this.cancelTimer = this.clock.at(due, () => {
			this.timerAt = Infinity;
			this.cancelTimer = undefined;
			this.onTimer();
		});
	}

	private onTimer(): void {
		if (this.isCalling) return;
		const now = this.clock.now();
		const waits = this.lacking !== undefined && now >= this.askAgainAt;
		const isDue =
			this.awaySince !== undefined
				? now >= this.askAgainAt
				: waits ||
					now >= this.calledAt + timing.HEARTBEAT ||
					now >= this.reportAt ||
					now >= this.idleSince + timing.IDLE;
		if (isDue) this.callNow();
		else this.schedule();
	}
}
