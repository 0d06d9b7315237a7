import type { Waiter } from './Waiter';

/** Those who wait to send to one origin, first come, first served. */
export class OriginQueue {
	readonly origin: string;
	/** When to try again, while a limit of this origin alone holds it back; else `undefined`. */
	parkedUntil: number | undefined;
	/** What that limit is, for the count of waits. */
	parkedFor: string | undefined;
	private head: Waiter | undefined;
	private tail: Waiter | undefined;

	constructor(origin: string) {
		this.origin = origin;
	}

	push(waiter: Waiter): void {
		if (this.tail) this.tail.next = waiter;
		else this.head = waiter;
		this.tail = waiter;
	}

	/** The first who still waits; those who were ended fall out here. */
	first(): Waiter | undefined {
		while (this.head?.isSettled) this.head = this.head.next;
		if (!this.head) this.tail = undefined;
		return this.head;
	}

	*[Symbol.iterator](): Generator<Waiter> {
		for (let waiter = this.head; waiter; waiter = waiter.next) yield waiter;
	}
}
