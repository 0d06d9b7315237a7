import type { Clock } from '../../common/Clock';
import { NotSent } from '../NotSent';
import { Alarm } from './Alarm';
import type { Wait } from './describeWaits';
import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import { OriginQueue } from './OriginQueue';
import { Permit } from './Permit';
import { Waiter } from './Waiter';
import { WaitTimes } from './WaitTimes';

export interface AdmissionOptions {
	/** All of them have to admit a request. */
	readonly limits: readonly Limit[];
	readonly clock: Clock;
	/** Told when requests to an origin begin a wait that their server imposes. */
	readonly onImposedWait?: (origin: string, label: string | undefined, until: number) => void;
}

/**
 * Admits requests when all limits do.
 *
 * Requests to one origin are admitted in the order in which they asked, those first that are under
 * way. Origins take turns. An
 * origin that is held back by a limit of its own (`perOrigin`: a pause that its server asked for)
 * is parked, and the others pass. A request that is held back by a common limit (a quota) keeps
 * its place, and everybody waits behind it: small requests could else keep a quota so busy that a
 * large one never gets in.
 *
 * Nothing is polled. What waits is looked at when a request ends, when a limit says that it has
 * changed, and, by a single timer, at the earliest time that a limit has named. Each look costs as
 * much as it admits, however many wait.
 */
export class Admission {
	private readonly clock: Clock;
	/** Limits of one origin first: a request must hold up others only if nothing else stops it. */
	private readonly limits: readonly Limit[];
	private readonly onSent: ((permit: Permit) => void) | undefined;
	private readonly onImposedWait: AdmissionOptions['onImposedWait'];
	private readonly unlisten: ReadonlyArray<() => void>;
	private readonly alarm: Alarm;
	private readonly waits = new WaitTimes();
	/** Origins whose first request may be tried, in the order of their turns. */
	private readonly ready = new Map<string, OriginQueue>();
	private readonly parked = new Map<string, OriginQueue>();
	/** The earliest time at which a parked origin may be tried; too early at times, never too late. */
	private parkedUntil = Infinity;
	/** The common limit for which the first ready origin waits, and its label at that time. */
	private blocker: Limit | undefined;
	private blockedFor: string | undefined;
	/** When the limit that `findBlocker` has found admits the request. */
	private blockedUntil = 0;
	private isPumping = false;
	private hasChanged = false;
	private end: { readonly reason: unknown } | undefined;

	constructor({ limits, clock, onImposedWait }: AdmissionOptions) {
		this.clock = clock;
		this.onImposedWait = onImposedWait;
		this.limits = [
			...limits.filter(({ perOrigin }) => perOrigin),
			...limits.filter(({ perOrigin }) => !perOrigin),
		];
		this.onSent = limits.some((limit) => 'sent' in limit) ? this.wasSent : undefined;
		this.alarm = new Alarm(clock, this.wake);
		this.unlisten = limits.flatMap((limit) => limit.onChange?.(this.changed) ?? []);
	}

	/**
	 * Asks for a permit, which has to be released. Where nothing stands in the way it comes at once,
	 * not as a promise.
	 *
	 * @param signal ends the wait at once
	 * @throws the reason, also as a rejection, if the signal or `abort` ends the wait
	 * @throws what a limit's `check` throws for a request that can never be admitted
	 * @throws {NotSent} where its server makes it wait for longer than its item may take
	 */
	acquire(ask: AdmissionRequest, signal?: AbortSignal): Permit | Promise<Permit> {
		if (this.end) throw asError(this.end.reason);
		signal?.throwIfAborted();
		for (const limit of this.limits) limit.check?.(ask);
		if (this.ready.size === 0 && !this.parked.has(ask.origin)) {
			const now = this.clock.now();
			const blocker = this.findBlocker(ask, now);
			if (!blocker) return this.admit(ask, now);
			const refusal = this.refusalBy(blocker, ask, now);
			if (refusal) throw refusal;
		}
		return this.wait(ask, signal);
	}

	/**
	 * Ends waits for one origin: those for whose ask there is a reason. Costs as much as wait there, so
	 * that nobody who waits has to be given a signal of its own.
	 */
	endWaits(origin: string, reasonFor: (ask: AdmissionRequest) => Error | undefined): void {
		const queue = this.ready.get(origin) ?? this.parked.get(origin);
		if (!queue) return;
		for (const waiter of queue) {
			const reason = waiter.isSettled ? undefined : reasonFor(waiter.ask);
			if (reason) waiter.end(reason);
		}
		this.changed(origin);
	}

	/** How many wait now. Costs as much as there are. */
	countWaiting(): number {
		let count = 0;
		for (const queues of [this.ready, this.parked]) {
			for (const queue of queues.values()) {
				for (const { isSettled } of queue) if (!isSettled) count++;
			}
		}
		return count;
	}

	/** For how long requests were held back up to now, by what it was; the longest first. */
	waited(): Wait[] {
		return this.waits.list(this.clock.now());
	}

	/**
	 * Ends every wait at once and admits nothing more. Permits that were given stay good, and still
	 * have to be released. To be called at the end of each run: it also lets go of the limits.
	 *
	 * @param reason what those who wait, or ask later, are rejected with
	 */
	abort(reason: unknown): void {
		if (this.end) return;
		this.end = { reason };
		const now = this.clock.now();
		for (const unlisten of this.unlisten) unlisten();
		this.alarm.set(Infinity);
		this.setBlocker(undefined, now);
		for (const queue of this.parked.values()) this.waits.end(queue.parkedFor, now);
		const queues = [...this.ready.values(), ...this.parked.values()];
		this.ready.clear();
		this.parked.clear();
		for (const queue of queues) for (const waiter of queue) waiter.end(reason);
	}

	private wait(ask: AdmissionRequest, signal: AbortSignal | undefined): Promise<Permit> {
		const { origin } = ask;
		const waiter = new Waiter(ask, signal, () => this.changed(origin));
		let queue = this.ready.get(origin) ?? this.parked.get(origin);
		if (!queue) {
			queue = new OriginQueue(origin);
			this.ready.set(origin, queue);
		}
		queue.push(waiter);
		// With others before it there is nothing new to be found out.
		if ((!this.blocker || ask.isUnderWay) && queue.parkedUntil === undefined) this.pump();
		return waiter.permit;
	}

	/** @returns the first limit that holds it back; `blockedUntil` is then for how long */
	private findBlocker(ask: AdmissionRequest, now: number): Limit | undefined {
		for (const limit of this.limits) {
			const time = limit.availableAt(ask, now);
			if (!(time <= now)) {
				this.blockedUntil = time;
				return limit;
			}
		}
		return undefined;
	}

	/** Why a request is not to wait for the limit that `findBlocker` has found. */
	private refusalBy(blocker: Limit, ask: AdmissionRequest, now: number): NotSent | undefined {
		const { firstStartedAt = now, totalTime = Infinity } = ask;
		const until = this.blockedUntil;
		if (!blocker.isImposed || until === Infinity || until <= firstStartedAt + totalTime) {
			return undefined;
		}
		return new NotSent('paused', until);
	}

	private admit(ask: AdmissionRequest, now: number): Permit {
		const { limits } = this;
		const taken = new Array<unknown>(limits.length);
		for (let index = 0; index < limits.length; index++)
			taken[index] = limits[index]?.take(ask, now);
		return new Permit(ask, now, taken, this.wasReleased, this.onSent);
	}

	private readonly wasReleased = (permit: Permit, outcome: Outcome): void => {
		this.tellLimits(permit, (limit, now, taken) =>
			limit.release?.(permit.ask, outcome, now, taken),
		);
	};

	private readonly wasSent = (permit: Permit): void => {
		this.tellLimits(permit, (limit, now, taken) => limit.sent?.(permit.ask, now, taken));
	};

	/** Admits nobody until all limits have been told: one that has not yet heard might admit too many. */
	private tellLimits(
		{ ask, taken }: Permit,
		tell: (limit: Limit, now: number, taken: unknown) => void,
	): void {
		const now = this.clock.now();
		const wasPumping = this.isPumping;
		this.isPumping = true;
		try {
			this.limits.forEach((limit, index) => tell(limit, now, taken[index]));
		} finally {
			this.isPumping = wasPumping;
		}
		this.changed(ask.origin);
	}

	/** Something may have become possible, for one origin or for all. */
	private readonly changed = (origin?: string): void => {
		if (this.end) return;
		if (this.parked.size > 0) {
			const now = this.clock.now();
			if (origin === undefined) for (const queue of this.parked.values()) this.unpark(queue, now);
			else {
				const queue = this.parked.get(origin);
				if (queue) this.unpark(queue, now);
			}
		}
		if (this.ready.size > 0) this.pump();
	};

	private readonly wake = (): void => {
		const now = this.clock.now();
		if (this.parkedUntil <= now) {
			this.parkedUntil = Infinity;
			for (const queue of this.parked.values()) {
				const until = queue.parkedUntil ?? now;
				if (until <= now) this.unpark(queue, now);
				else this.parkedUntil = Math.min(this.parkedUntil, until);
			}
		}
		this.pump();
	};

	/** Admits whoever can be admitted. */
	private pump(): void {
		// A limit may change while requests are taken from it.
		this.hasChanged = true;
		if (this.isPumping) return;
		this.isPumping = true;
		try {
			while (this.hasChanged && !this.end) {
				this.hasChanged = false;
				this.admitTheFirst();
			}
		} finally {
			this.isPumping = false;
		}
	}

	private admitTheFirst(): void {
		const now = this.clock.now();
		let blocker: Limit | undefined;
		let until = Infinity;
		while (!blocker) {
			// The first one; destructuring would end the iterator, which takes as long as all of this.
			const queue = this.ready.values().next().value;
			if (!queue) break;
			const waiter = queue.first();
			if (!waiter) {
				this.ready.delete(queue.origin);
				continue;
			}
			const found = this.findBlocker(waiter.ask, now);
			const refusal = found && this.refusalBy(found, waiter.ask, now);
			if (!found) this.admitFirstOf(queue, waiter, now);
			else if (refusal) waiter.end(refusal);
			else if (found.perOrigin) this.park(queue, found, now);
			else {
				blocker = found;
				until = this.blockedUntil;
			}
		}
		this.setBlocker(blocker, now);
		this.alarm.set(Math.min(until, this.parkedUntil));
	}

	private admitFirstOf(queue: OriginQueue, waiter: Waiter, now: number): void {
		waiter.admit(this.admit(waiter.ask, now));
		if (this.ready.size === 1) return;
		// To the end of the line.
		this.ready.delete(queue.origin);
		this.ready.set(queue.origin, queue);
	}

	private park(queue: OriginQueue, limit: Limit, now: number): void {
		this.ready.delete(queue.origin);
		this.parked.set(queue.origin, queue);
		queue.parkedUntil = this.blockedUntil;
		queue.parkedFor = limit.label;
		this.parkedUntil = Math.min(this.parkedUntil, queue.parkedUntil);
		this.waits.begin(queue.parkedFor, now);
		if (limit.isImposed && this.blockedUntil < Infinity) {
			this.onImposedWait?.(queue.origin, limit.label, this.blockedUntil);
		}
	}

	private unpark(queue: OriginQueue, now: number): void {
		this.waits.end(queue.parkedFor, now);
		queue.parkedUntil = undefined;
		this.parked.delete(queue.origin);
		this.ready.set(queue.origin, queue);
	}

	private setBlocker(blocker: Limit | undefined, now: number): void {
		this.waits.end(this.blockedFor, now);
		this.blockedFor = blocker?.label;
		this.waits.begin(this.blockedFor, now);
		const former = this.blocker;
		this.blocker = blocker;
		if (former && former !== blocker) former.forgo?.();
	}
}

function asError(reason: unknown): Error {
	return reason instanceof Error ? reason : new Error(String(reason));
}
