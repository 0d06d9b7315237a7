import type { Waiter } from './Waiter';

/** First come, first served. Those whose wait was ended fall out when they are reached. */
export class Line {
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
		for (let waiter = this.head; waiter; waiter = waiter.next) yield waiter;
	}
}
