/** A request that its server may not have counted yet. */
export interface UncountedRequest {
	/** The clock's milliseconds. */
	readonly startedAt: number;
	isCounted: boolean;
	/** When it was taken for counted although it had not ended. */
	countedAt?: number;
	next: UncountedRequest | undefined;
}

/** Milliseconds after its start by which a server has counted a request. */
export const COUNTED_WITHIN = 2000;

/**
 * The requests to one origin that its server may not have counted yet: those that have not ended and
 * were started less than two seconds ago. A server with a quota counts what arrives, so a download,
 * or a request that hangs until its time-out, says nothing about the quota any more and must not
 * hold back others.
 */
export class Uncounted {
	/** In the order of their starts; those that are counted fall out when they are reached. */
	private head: UncountedRequest | undefined;
	private tail: UncountedRequest | undefined;
	private count = 0;
	private readonly onTime: (request: UncountedRequest, time: number) => void;

	/** @param onTime called with a request that has not ended in time, and with the time it had */
	constructor(onTime: (request: UncountedRequest, time: number) => void = () => undefined) {
		this.onTime = onTime;
	}

	start(now: number): UncountedRequest {
		this.drop(now);
		const request = { startedAt: now, isCounted: false, next: undefined };
		if (this.head && this.tail) this.tail.next = request;
		else this.head = request;
		this.tail = request;
		this.count++;
		return request;
	}

	/** @returns whether the server might not have counted it until now */
	end(request: UncountedRequest, now: number): boolean {
		this.drop(now);
		if (request.isCounted) return false;
		request.isCounted = true;
		this.count--;
		return true;
	}

	/** How many there are. */
	size(now: number): number {
		this.drop(now);
		return this.count;
	}

	/** When there will be one less although none has ended; `Infinity` if there is none. */
	lessAt(now: number): number {
		this.drop(now);
		return this.head ? this.head.startedAt + COUNTED_WITHIN : Infinity;
	}

	/** Lets all of them hold nobody up any more. */
	clear(now: number): void {
		this.drop(now);
		for (; this.head; this.head = this.head.next) {
			if (this.head.isCounted) continue;
			this.head.isCounted = true;
			this.count--;
		}
	}

	private drop(now: number): void {
		for (; this.head; this.head = this.head.next) {
			const time = this.head.startedAt + COUNTED_WITHIN;
			if (!this.head.isCounted && time > now) return;
			this.settle(this.head, time);
		}
	}

	private settle(request: UncountedRequest, time: number): void {
		if (request.isCounted) return;
		request.isCounted = true;
		request.countedAt = time;
		this.count--;
		this.onTime(request, time);
	}
}
