/** Milliseconds after its start by which a server has counted a request. */
export const COUNTED_WITHIN = 2000;

/** A request to an origin, from its start to its end. */
export interface StartedRequest {
	/** Its ordinal among the run's requests to this origin, from 1. */
	readonly number: number;
	/** The clock's milliseconds. */
	readonly startedAt: number;
	/** How many of the requests before it the server had counted when it started. */
	readonly countedBefore: number;
	/** `HeaderLimiter.silent` when it started. */
	readonly silentBefore: number;
	isCounted: boolean;
	/** When it was taken for counted although it had not ended. */
	countedAt?: number;
	next: StartedRequest | undefined;
}

/**
 * The requests of a run to one origin, and which of them its server may not have counted yet: those
 * that have not ended and were started less than two seconds ago. A server with a quota counts a
 * request when it arrives, so a download, or a request that hangs until its timeout, says nothing
 * about the quota after that time and must not hold back others.
 */
export class StartedRequests {
	/** How many were started. */
	started = 0;
	private uncounted = 0;
	/** In the order of their starts. Counted requests are dropped when they reach the head. */
	private head: StartedRequest | undefined;
	private tail: StartedRequest | undefined;
	private readonly onCounted: (request: StartedRequest, time: number) => void;

	/** @param onCounted called with a request that counts although it has not ended, and since when */
	constructor(onCounted: (request: StartedRequest, time: number) => void) {
		this.onCounted = onCounted;
	}

	start(now: number, silentBefore: number): StartedRequest {
		this.dropCounted(now);
		const countedBefore = this.started - this.uncounted;
		const number = ++this.started;
		const request: StartedRequest = {
			number,
			startedAt: now,
			countedBefore,
			silentBefore,
			isCounted: false,
			next: undefined,
		};
		if (this.head && this.tail) this.tail.next = request;
		else this.head = request;
		this.tail = request;
		this.uncounted++;
		return request;
	}

	end(request: StartedRequest, now: number): void {
		this.dropCounted(now);
		if (request.isCounted) return;
		request.isCounted = true;
		this.uncounted--;
	}

	/** @returns how many may not have been counted, of those with a greater number than `after` */
	uncountedSince(after: number, now: number): number {
		this.dropCounted(now);
		if (!this.head || this.head.number > after) return this.uncounted;
		let count = 0;
		for (let request = this.firstAfter(after); request; request = request.next) {
			if (!request.isCounted) count++;
		}
		return count;
	}

	/** @returns when there will be one less of these although none has ended, `Infinity` without any */
	oneLessAt(after: number, now: number): number {
		this.dropCounted(now);
		let request = this.firstAfter(after);
		while (request?.isCounted) request = request.next;
		return request ? request.startedAt + COUNTED_WITHIN : Infinity;
	}

	private firstAfter(after: number): StartedRequest | undefined {
		let request = this.head;
		while (request && request.number <= after) request = request.next;
		return request;
	}

	private dropCounted(now: number): void {
		for (; this.head; this.head = this.head.next) {
			if (this.head.isCounted) continue;
			const time = this.head.startedAt + COUNTED_WITHIN;
			if (time > now) return;
			this.head.isCounted = true;
			this.head.countedAt = time;
			this.uncounted--;
			this.onCounted(this.head, time);
		}
	}
}
