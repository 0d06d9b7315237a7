import type { Clock } from '../../common/Clock';
import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import { costOf, RateLimit, type RateLimitOptions } from '../rate/RateLimit';

/** What a run states for a limit that it shares. */
export interface SharedLimitOptions {
	/** Tells it from all other shared limits: the id of a credential, a name. */
	readonly key: string;
	/** Requests in flight, of all runs together; any number, if left out. */
	readonly concurrency?: number;
	readonly rateLimits: readonly RateLimitOptions[];
}

/** Labels for a run that waits for a shared concurrency: other runs use some of it, or it uses all itself. */
export const FULL = {
	byOthers: 'other runs that share its concurrency',
	byItself: 'the Max Concurrency that it shares',
} as const;

interface Reservation {
	/** The rate limits that held when the request started. */
	readonly rateLimits: readonly RateLimit[];
	/** The entry in the log of each. */
	readonly entries: ReadonlyArray<number | undefined>;
}

/**
 * The limits of one account, or of whatever else runs share: together they stay within them.
 *
 * **Statements.** The limits that one run states hold for all runs that are here: each of their rate limits, and the
 * lowest concurrency. Where two runs state the same limit differently, the stricter one holds for as long as
 * both are here. A rate limit also counts the requests of runs that do not state it, unless it
 * counts something (tokens) for which the run states no cost.
 *
 * **Turns.** Runs that wait take turns, one request each, so that a run of ten requests is done
 * after ten rounds, however many another one has. All wait for the run whose turn it is: a
 * large request would otherwise never find enough of a rate limit free. A run that has nothing to send
 * when its turn comes, or is held back by a limit of its own, is passed over.
 */
export class SharedLimit {
	/** What last held a run back; see `Limit.label`. */
	label: string | undefined;
	/** The rate limits that hold. */
	rateLimits: readonly RateLimit[] = [];
	private readonly clock: Pick<Clock, 'now'>;
	private readonly onLeave: () => void;
	private readonly members = new Set<SharedLimitMember>();
	/** All that a run here states, and all that still count something. */
	private readonly known = new Map<string, RateLimit>();
	/** Runs that wait for this limit, in the order of their turns. */
	private readonly waiting = new Set<SharedLimitMember>();
	private concurrency = Infinity;
	private inFlight = 0;
	private admitted = 0;
	private isWaking = false;

	/** @param onLeave called when a run has left */
	constructor(clock: Pick<Clock, 'now'>, onLeave: () => void) {
		this.clock = clock;
		this.onLeave = onLeave;
	}

	/** A run begins. It has to `leave`. */
	join(options: SharedLimitOptions): SharedLimitMember {
		const stated = options.rateLimits.map((rateLimit) => this.ensureKnown(rateLimit));
		const member = new SharedLimitMember(this, options, stated);
		this.members.add(member);
		this.update();
		return member;
	}

	private ensureKnown(options: RateLimitOptions): RateLimit {
		const id = identify(options);
		const rateLimit = this.known.get(id) ?? new RateLimit(options);
		this.known.set(id, rateLimit);
		return rateLimit;
	}

	leave(member: SharedLimitMember): void {
		if (!this.members.delete(member)) return;
		this.waiting.delete(member);
		this.inFlight -= member.inFlight;
		this.update();
		this.onLeave();
	}

	/** Whether no run is here, and nothing of former ones counts any more. */
	isIdle(): boolean {
		if (this.members.size > 0) return false;
		const now = this.clock.now();
		return [...this.known.values()].every((rateLimit) => rateLimit.emptyAt() <= now);
	}

	availableAt(member: SharedLimitMember, request: AdmissionRequest, now: number): number {
		const time = this.timeFor(member, request, now);
		const [first = member] = this.waiting;
		if (first === member && time <= now) return now;
		this.waiting.add(member);
		// The others are woken when it is their turn.
		return first === member ? time : Infinity;
	}

	take(member: SharedLimitMember, request: AdmissionRequest, now: number): Reservation {
		const { rateLimits } = this;
		this.inFlight++;
		member.inFlight++;
		this.admitted++;
		this.withdraw(member);
		const entries = rateLimits.map((rateLimit) =>
			rateLimit.take(request, now, member.costIn(rateLimit, request)),
		);
		return { rateLimits, entries };
	}

	release(member: SharedLimitMember): void {
		if (this.members.has(member)) {
			member.inFlight--;
			this.inFlight--;
		}
		this.wakeSoon();
	}

	/** The run no longer waits for its turn. */
	withdraw(member: SharedLimitMember): void {
		this.waiting.delete(member);
		this.wakeSoon();
	}

	/** Notifies the first run, but not in the middle of what a run is doing: it may be about to wait again. */
	wakeSoon(): void {
		if (this.isWaking || this.waiting.size === 0) return;
		this.isWaking = true;
		queueMicrotask(() => {
			try {
				this.wakeInTurn();
			} finally {
				this.isWaking = false;
			}
		});
	}

	private timeFor(member: SharedLimitMember, request: AdmissionRequest, now: number): number {
		if (this.inFlight + 1 > this.concurrency) {
			this.label = member.inFlight < this.inFlight ? FULL.byOthers : FULL.byItself;
			return Infinity;
		}
		for (const rateLimit of this.rateLimits) {
			const time = rateLimit.availableAt(request, now, member.costIn(rateLimit, request));
			if (time > now) {
				this.label = rateLimit.label;
				return time;
			}
		}
		return now;
	}

	/** The runs that are here have changed. */
	private update(): void {
		const now = this.clock.now();
		const all = [...this.members].map(({ options }) => options);
		const stated = new Set(all.flatMap(({ rateLimits }) => rateLimits.map(identify)));
		for (const [id, rateLimit] of this.known) {
			if (!stated.has(id) && rateLimit.emptyAt() <= now) this.known.delete(id);
		}
		this.rateLimits = [...this.known].filter(([id]) => stated.has(id)).map(([, limit]) => limit);
		this.concurrency = Math.min(...all.map(({ concurrency = Infinity }) => concurrency));
		this.wakeSoon();
	}

	/** Each run that is notified takes one request, withdraws, or goes on waiting; then it ends. */
	private wakeInTurn(): void {
		for (;;) {
			const [first] = this.waiting;
			if (!first) return;
			const { admitted } = this;
			first.notify();
			const [next] = this.waiting;
			if (next === first && this.admitted === admitted) return;
		}
	}
}

/** One run's part in a shared limit: to its admission, a limit like any other. */
export class SharedLimitMember implements Limit<Reservation> {
	readonly options: SharedLimitOptions;
	/** Requests of this run in flight. Counted by the shared limit. */
	inFlight = 0;
	private readonly shared: SharedLimit;
	/**
	 * Where a request's cost stands among its costs; `undefined` where it costs 1. For each rate limit that
	 * this run states, and for each of their units, in which other runs may state more.
	 */
	private readonly costIndexes: ReadonlyMap<RateLimit | string, number | undefined>;
	private changed = (): void => {};

	/** @param stated the rate limits of the options, in their order */
	constructor(shared: SharedLimit, options: SharedLimitOptions, stated: readonly RateLimit[]) {
		this.shared = shared;
		this.options = options;
		const costIndexes = new Map<RateLimit | string, number | undefined>();
		for (const [index, rateLimit] of stated.entries()) {
			const { unit = 'requests', costIndex } = options.rateLimits[index] ?? {};
			costIndexes.set(unit, costIndex).set(rateLimit, costIndex);
		}
		this.costIndexes = costIndexes;
	}

	onChange(listener: () => void): void {
		this.changed = listener;
	}

	get label(): string | undefined {
		return this.shared.label;
	}

	/** @throws {CostTooHigh} for a rate limit whose unit this run states */
	check(request: AdmissionRequest): void {
		for (const rateLimit of this.shared.rateLimits) {
			if (!this.costIndexes.has(rateLimit.unit)) continue;
			rateLimit.check(request, this.statedCost(rateLimit, request));
		}
	}

	availableAt(request: AdmissionRequest, now: number): number {
		return this.shared.availableAt(this, request, now);
	}

	take(request: AdmissionRequest, now: number): Reservation {
		return this.shared.take(this, request, now);
	}

	sent(request: AdmissionRequest, now: number, { rateLimits, entries }: Reservation): void {
		rateLimits.forEach((rateLimit, index) => rateLimit.sent(request, now, entries[index]));
		this.shared.wakeSoon();
	}

	release(
		request: AdmissionRequest,
		outcome: Outcome,
		now: number,
		{ rateLimits, entries }: Reservation,
	): void {
		rateLimits.forEach((limit, index) => limit.release(request, outcome, now, entries[index]));
		this.shared.release(this);
	}

	withdraw(): void {
		this.shared.withdraw(this);
	}

	/** It is this run's turn. */
	notify(): void {
		this.changed();
	}

	/** The run has ended. Its requests in flight no longer count. */
	leave(): void {
		this.shared.leave(this);
	}

	/**
	 * What a request of this run costs in a rate limit, whichever run stated that. A limit that was stated
	 * after the request was checked may be below its cost: then the request takes the whole limit.
	 */
	costIn(rateLimit: RateLimit, request: AdmissionRequest): number {
		return Math.min(this.statedCost(rateLimit, request), rateLimit.amount);
	}

	private statedCost(rateLimit: RateLimit, request: AdmissionRequest): number {
		const { costIndexes } = this;
		const { unit } = rateLimit;
		if (unit === 'requests') return 1;
		const key = costIndexes.has(rateLimit) ? rateLimit : unit;
		return costIndexes.has(key) ? costOf(request, costIndexes.get(key)) : 0;
	}
}

function identify(options: RateLimitOptions): string {
	const { amount, interval, safetyMargin = 0, unit = 'requests', spreadEvenly = false } = options;
	return JSON.stringify([amount, interval, safetyMargin, unit, spreadEvenly]);
}
