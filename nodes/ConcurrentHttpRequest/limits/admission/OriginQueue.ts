import { Line } from './Line';
import type { Waiter } from './Waiter';

/** Those who wait to send to one origin: who is under way already goes before who has not begun. */
export class OriginQueue {
	readonly origin: string;
	/** When to try again, while a limit of this origin alone holds it back; else `undefined`. */
	parkedUntil: number | undefined;
	/** What that limit is, for the count of waits. */
	parkedFor: string | undefined;
	private readonly underWay = new Line();
	private readonly notBegun = new Line();

	constructor(origin: string) {
		this.origin = origin;
	}

	push(waiter: Waiter): void {
		(waiter.ask.isUnderWay ? this.underWay : this.notBegun).push(waiter);
	}

	first(): Waiter | undefined {
		return this.underWay.first() ?? this.notBegun.first();
	}

	*[Symbol.iterator](): Generator<Waiter> {
		yield* this.underWay;
		yield* this.notBegun;
	}
}
