import type { OriginQueue } from './OriginQueue';

/**
 * The queues of origins whose first request may be tried, in the order of their turns. Those with a request
 * that is under way come before all others: a retry, or a redirect that leads to another origin, must not
 * wait until every item that has not begun has had its turn.
 */
export class ReadyQueues {
	private readonly underWay = new Map<string, OriginQueue>();
	private readonly notBegun = new Map<string, OriginQueue>();

	get size(): number {
		return this.underWay.size + this.notBegun.size;
	}

	get(origin: string): OriginQueue | undefined {
		return this.underWay.get(origin) ?? this.notBegun.get(origin);
	}

	/** The queue whose turn it is. */
	next(): OriginQueue | undefined {
		for (;;) {
			// Destructuring would close the iterator, which takes as long as all the rest.
			const queue = this.underWay.values().next().value;
			if (!queue) return this.notBegun.values().next().value;
			if (queue.isUnderWay) return queue;
			this.addLast(queue);
		}
	}

	/** Puts a queue behind all others of its kind. */
	addLast(queue: OriginQueue): void {
		this.delete(queue);
		(queue.isUnderWay ? this.underWay : this.notBegun).set(queue.origin, queue);
	}

	/** To be called when a request that is under way has joined a queue. */
	promote(queue: OriginQueue): void {
		if (this.notBegun.has(queue.origin)) this.addLast(queue);
	}

	delete({ origin }: OriginQueue): void {
		this.underWay.delete(origin);
		this.notBegun.delete(origin);
	}

	clear(): void {
		this.underWay.clear();
		this.notBegun.clear();
	}

	*values(): Generator<OriginQueue> {
		yield* this.underWay.values();
		yield* this.notBegun.values();
	}
}
