import { type AdmissionRequest, isUnderWay } from '../Limit';
import type { Permit } from './Permit';

/** A request that waits to be admitted. */
class Waiter {
	readonly request: AdmissionRequest;
	/** The waiter behind it. */
	next: Waiter | undefined;
	/** Whether it has its permit, or was rejected. */
	isSettled = false;
	private readonly deferred = Promise.withResolvers<Permit>();

	constructor(request: AdmissionRequest) {
		this.request = request;
	}

	get permit(): Promise<Permit> {
		return this.deferred.promise;
	}

	admit(permit: Permit): void {
		this.isSettled = true;
		this.deferred.resolve(permit);
	}

	end(reason: unknown): void {
		if (this.isSettled) return;
		this.isSettled = true;
		this.deferred.reject(reason);
	}
}

/** First in, first out. Waiters that were rejected are removed when they come to the front. */
class WaiterList {
	private head: Waiter | undefined;
	private tail: Waiter | undefined;

	push(waiter: Waiter): void {
		if (this.tail) this.tail.next = waiter;
		else this.head = waiter;
		this.tail = waiter;
	}

	first(): Waiter | undefined {
		while (this.head?.isSettled) this.head = this.head.next;
		if (!this.head) this.tail = undefined;
		return this.head;
	}

	*[Symbol.iterator](): Generator<Waiter> {
		for (let waiter = this.head; waiter; waiter = waiter.next) if (!waiter.isSettled) yield waiter;
	}
}

/** The requests that wait to be sent to one origin. Those that are under way come first. */
export class OriginQueue {
	readonly origin: string;
	/** When to try again, while a limit of this origin alone holds it back; else `undefined`. */
	parkedUntil: number | undefined;
	/** The label of that limit. */
	parkedFor: string | undefined;
	private readonly underWay = new WaiterList();
	private readonly notBegun = new WaiterList();

	constructor(origin: string) {
		this.origin = origin;
	}

	push(request: AdmissionRequest): Promise<Permit> {
		const waiter = new Waiter(request);
		(isUnderWay(request) ? this.underWay : this.notBegun).push(waiter);
		return waiter.permit;
	}

	/** Whether a request waits that is under way. */
	get isUnderWay(): boolean {
		return this.underWay.first() !== undefined;
	}

	first(): Waiter | undefined {
		return this.underWay.first() ?? this.notBegun.first();
	}

	*[Symbol.iterator](): Generator<Waiter> {
		yield* this.underWay;
		yield* this.notBegun;
	}
}
