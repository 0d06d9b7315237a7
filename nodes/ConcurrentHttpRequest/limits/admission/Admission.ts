import type { Clock } from '../../common/Clock';
import type { CurrentWait } from '../../common/CurrentWait';
import { Timer } from '../../common/Timer';
import { type AdmissionRequest, isUnderWay, type Limit, type Outcome } from '../Limit';
import { NotSent } from '../NotSent';
import { OriginQueue } from './OriginQueue';
import { Permit } from './Permit';
import { ReadyQueues } from './ReadyQueues';
import { WaitTimes } from './WaitTimes';

interface AdmissionOptions {
	/** All of them have to admit a request. They belong to this admission alone. */
	readonly limits: readonly Limit[];
	readonly clock: Clock;
}

/**
 * Admits requests when all limits do.
 *
 * Requests to one origin are admitted in the order in which they came, but those that are under way go
 * first. Origins take turns, those with requests that are under way first. An origin that is held back by
 * a limit of its own (`perOrigin`: a pause that its server asked for) is parked, and the others pass. A
 * request that is held back by a common limit (a rate limit) keeps its place, and all others wait behind
 * it: small requests could otherwise keep a rate limit so busy that a large one never gets in.
 *
 * Nothing is polled. The queues are looked at when a request ends, when a limit says that it has
 * changed, and, by a single timer, at the earliest time that a limit has named. Each look costs as
 * much as it admits, however many requests wait.
 */
export class Admission {
	private readonly clock: Clock;
	/** Those per origin come first: a request must hold up others only if nothing else stops it. */
	private readonly limits: readonly Limit[];
	private readonly imposed: readonly Limit[];
	private readonly tellsSent: boolean;
	private readonly timer: Timer;
	private readonly waits = new WaitTimes();
	private readonly ready = new ReadyQueues();
	private readonly parked = new Map<string, OriginQueue>();
	/** The earliest time at which a parked origin may be tried; sometimes too early, never too late. */
	private parkedUntil = Infinity;
	/** The common limit that holds back the first ready origin, and its label at that time. */
	private blocker: Limit | undefined;
	private blockedFor: string | undefined;
	private blockerUntil = Infinity;
	/** When the limit that `findBlocker` has found admits the request. */
	private blockedUntil = 0;
	private isPumping = false;
	private hasChanged = false;
	/** Why no more are admitted. */
	private end: Error | undefined;

	constructor({ limits, clock }: AdmissionOptions) {
		this.clock = clock;
		this.limits = [
			...limits.filter(({ perOrigin }) => perOrigin),
			...limits.filter(({ perOrigin }) => !perOrigin),
		];
		this.imposed = limits.filter(({ isImposed }) => isImposed);
		this.tellsSent = limits.some((limit) => 'sent' in limit);
		this.timer = new Timer(clock, this.wake);
		for (const limit of limits) limit.onChange?.(this.changed);
	}

	/**
	 * Returns a permit, which has to be released: at once where nothing stands in the way, else as a
	 * promise.
	 *
	 * @throws the reason, also as a rejection, if `abort` or `endWaits` ends the wait
	 * @throws what a limit's `check` throws for a request that can never be admitted
	 * @throws {NotSent} where its server makes it wait for longer than its item may take
	 */
	acquire(request: AdmissionRequest): Permit | Promise<Permit> {
		if (this.end) throw this.end;
		for (const limit of this.limits) limit.check?.(request);
		let blocker: Limit | undefined;
		if (this.ready.size === 0 && !this.parked.has(request.origin)) {
			const now = this.clock.now();
			blocker = this.findBlocker(request, now);
			if (!blocker) return this.admit(request, now);
			const refusal = blocker.isImposed && refusalOf(request, now, this.blockedUntil);
			if (refusal) throw refusal;
		}
		const permit = this.wait(request);
		// Time goes on: when `wait` looked again, another limit may have held the request back.
		if (blocker && blocker !== this.blocker && !blocker.perOrigin) blocker.withdraw?.();
		return permit;
	}

	/**
	 * Rejects waiting requests to one origin, if there is a reason. Costs as much as wait there.
	 */
	endWaits(origin: string, reasonFor: (request: AdmissionRequest) => Error | undefined): void {
		const queue = this.queueOf(origin);
		if (!queue) return;
		for (const waiter of queue) {
			const reason = reasonFor(waiter.request);
			if (reason) waiter.end(reason);
		}
		this.changed(origin);
	}

	/** How many requests wait now. Costs as much as there are. */
	countWaiting(): number {
		let count = 0;
		for (const queues of [this.ready, this.parked]) {
			for (const queue of queues.values()) for (const _waiter of queue) count++;
		}
		return count;
	}

	/** The limits that hold requests back now, those with a label. Costs as much as origins wait. */
	waitingFor(): CurrentWait[] {
		const waits: CurrentWait[] = [];
		if (this.blockedFor !== undefined) {
			waits.push({ label: this.blockedFor, until: this.blockerUntil });
		}
		for (const queue of this.parked.values()) {
			const { origin, parkedFor: label, parkedUntil: until = Infinity } = queue;
			if (label !== undefined && queue.first()) waits.push({ label, origin, until });
		}
		return waits;
	}

	/** For how long requests were held back up to now, by the limit; the longest first. */
	waited(): ReturnType<WaitTimes['list']> {
		return this.waits.list(this.clock.now());
	}

	/**
	 * Ends every wait at once and admits nothing more. Permits that were issued stay valid, and still
	 * have to be released.
	 *
	 * @param reason rejects all that wait, and all that ask later
	 */
	abort(reason: Error): void {
		if (this.end) return;
		this.end = reason;
		const now = this.clock.now();
		this.timer.set(Infinity);
		this.setBlocker(undefined, now);
		for (const queue of this.parked.values()) this.waits.end(queue.parkedFor, now);
		const queues = [...this.ready.values(), ...this.parked.values()];
		this.ready.clear();
		this.parked.clear();
		for (const queue of queues) for (const waiter of queue) waiter.end(reason);
	}

	private queueOf(origin: string): OriginQueue | undefined {
		return this.ready.get(origin) ?? this.parked.get(origin);
	}

	private wait(request: AdmissionRequest): Promise<Permit> {
		const { origin } = request;
		let queue = this.queueOf(origin);
		if (!queue) {
			queue = new OriginQueue(origin);
			this.ready.addLast(queue);
		}
		const permit = queue.push(request);
		const isParked = queue.parkedUntil !== undefined;
		if (isUnderWay(request)) this.ready.promote(queue);
		// Behind others there is nothing new to find out, except that the server refuses the request.
		if ((!this.blocker || isUnderWay(request)) && !isParked) this.pump();
		else if (isParked || this.ready.size > 1) this.refuseOutOfTurn(queue);
		return permit;
	}

	/** Rejects the first requests of an origin if its server makes them wait for too long. */
	private refuseOutOfTurn(queue: OriginQueue): void {
		const now = this.clock.now();
		for (let waiter = queue.first(); waiter; waiter = queue.first()) {
			const { request } = waiter;
			const [refusal] = this.imposed.flatMap(
				(limit) => refusalOf(request, now, limit.availableAt(request, now)) ?? [],
			);
			if (!refusal) return;
			waiter.end(refusal);
		}
	}

	/** @returns the first limit that holds it back; `blockedUntil` is then for how long */
	private findBlocker(request: AdmissionRequest, now: number): Limit | undefined {
		for (const limit of this.limits) {
			const time = limit.availableAt(request, now);
			if (!(time <= now)) {
				this.blockedUntil = time;
				return limit;
			}
		}
		return undefined;
	}

	private admit(request: AdmissionRequest, now: number): Permit {
		const { limits } = this;
		const reservations = new Array<unknown>(limits.length);
		for (let index = 0; index < limits.length; index++) {
			reservations[index] = limits[index]?.take(request, now);
		}
		return new Permit(request, now, reservations, this.tellLimits, this.tellsSent);
	}

	/** @param outcome left out where the request was written and has not ended */
	private readonly tellLimits = (permit: Permit, outcome?: Outcome): void => {
		const { request, reservations } = permit;
		const { limits, isPumping } = this;
		const now = this.clock.now();
		// Nothing is admitted until all have been told: one that has not yet heard might admit too many.
		this.isPumping = true;
		try {
			for (let index = 0; index < limits.length; index++) {
				const limit = limits[index];
				if (outcome) limit?.release?.(request, outcome, now, reservations[index]);
				else limit?.sent?.(request, now, reservations[index]);
			}
		} finally {
			this.isPumping = isPumping;
		}
		this.changed(request.origin);
	};

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
		// The first origin is looked at by `pump` anyway.
		if (this.blocker && this.ready.size > 1 && origin !== undefined) {
			const queue = this.ready.get(origin);
			if (queue) this.refuseOutOfTurn(queue);
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

	/** Admits all that can be admitted. */
	private pump(): void {
		// A limit may change while requests are taken from it.
		this.hasChanged = true;
		if (this.isPumping) return;
		this.isPumping = true;
		try {
			while (this.hasChanged && !this.end) {
				this.hasChanged = false;
				this.admitFirst();
			}
		} finally {
			this.isPumping = false;
		}
	}

	private admitFirst(): void {
		const now = this.clock.now();
		let blocker: Limit | undefined;
		let until = Infinity;
		while (!blocker) {
			const queue = this.ready.next();
			if (!queue) break;
			const waiter = queue.first();
			if (!waiter) {
				this.ready.delete(queue);
				continue;
			}
			const found = this.findBlocker(waiter.request, now);
			const refusal = found?.isImposed && refusalOf(waiter.request, now, this.blockedUntil);
			if (!found) {
				waiter.admit(this.admit(waiter.request, now));
				this.moveToEnd(queue);
			} else if (refusal) waiter.end(refusal);
			else if (found.perOrigin) this.park(queue, found, now);
			else {
				blocker = found;
				until = this.blockedUntil;
			}
		}
		this.setBlocker(blocker, now);
		this.blockerUntil = until;
		this.timer.set(Math.min(until, this.parkedUntil));
	}

	/** The other origins are next. */
	private moveToEnd(queue: OriginQueue): void {
		if (this.ready.size > 1) this.ready.addLast(queue);
	}

	private park(queue: OriginQueue, limit: Limit, now: number): void {
		this.ready.delete(queue);
		this.parked.set(queue.origin, queue);
		queue.parkedUntil = this.blockedUntil;
		queue.parkedFor = limit.label;
		this.parkedUntil = Math.min(this.parkedUntil, queue.parkedUntil);
		this.waits.begin(queue.parkedFor, now);
	}

	private unpark(queue: OriginQueue, now: number): void {
		this.waits.end(queue.parkedFor, now);
		queue.parkedUntil = undefined;
		this.parked.delete(queue.origin);
		this.ready.addLast(queue);
	}

	private setBlocker(blocker: Limit | undefined, now: number): void {
		this.waits.end(this.blockedFor, now);
		this.blockedFor = blocker?.label;
		this.waits.begin(this.blockedFor, now);
		const former = this.blocker;
		this.blocker = blocker;
		if (former && former !== blocker) former.withdraw?.();
	}
}

/** Why a request is not to wait for a limit that its server imposes. */
function refusalOf(
	{ firstStartedAt, totalTime = Infinity }: AdmissionRequest,
	now: number,
	until: number,
): NotSent | undefined {
	const deadline = (firstStartedAt ?? now) + totalTime;
	return until > deadline && until < Infinity ? new NotSent('paused', until) : undefined;
}
