import { MEGABYTE } from './bodySizeLimits';

/**
 * Bytes that the responses of a run may take together while they are read: four of the default Max
 * Response Size. Small enough for n8n in a container of 1 GB, and no hindrance to 1,000 usual
 * responses at a time, which have a few KB.
 */
const MEMORY_OF_RUN = 256 * MEGABYTE;

/** A response that is read into memory. */
export interface MemoryUser {
	/** Bytes that it has taken, from 0. Only {@link ResponseMemory} changes it. */
	taken: number;
	/** Called once when it may read on. */
	goOn(): void;
}

/**
 * The memory that the responses of a run share while they are read. Where it is used up, one response
 * is read on, whatever its size: the one that was the first to need more, so that its server does send.
 * It ends, by its last byte or its time-out, and so each of the others gets its turn.
 */
export class ResponseMemory {
	private readonly most: number;
	private taken = 0;
	/** Reads on although the memory is used up. */
	private first: MemoryUser | undefined;
	/** In the order in which they began to wait. */
	private readonly waiting = new Set<MemoryUser>();

	/** @param most bytes */
	constructor(most = MEMORY_OF_RUN) {
		this.most = most;
	}

	/**
	 * Adds bytes that have been read.
	 *
	 * @returns whether the user may read on; if not, it stops until its `goOn` is called
	 */
	take(user: MemoryUser, bytes: number): boolean {
		user.taken += bytes;
		this.taken += bytes;
		if (this.mayGoOn(user)) return true;
		this.waiting.add(user);
		return false;
	}

	/** Gives back what a user has taken. To be called when its response has been read, or has failed. */
	release(user: MemoryUser): void {
		this.taken -= user.taken;
		user.taken = 0;
		this.waiting.delete(user);
		if (this.first === user) this.first = undefined;
		for (const next of this.waiting) {
			if (!this.mayGoOn(next)) return;
			this.waiting.delete(next);
			next.goOn();
		}
	}

	private mayGoOn(user: MemoryUser): boolean {
		if (this.taken <= this.most) return true;
		this.first ??= user;
		return this.first === user;
	}
}
