import { MEGABYTE } from './largestBody';

/**
 * Bytes that the responses of a run may take together while they are read: four of the default Max
 * Response Size. Small enough for n8n in a container of 1 GB, and no hindrance to 1,000 usual
 * responses at a time, which have a few KB.
 */
const MEMORY_OF_RUN = 256 * MEGABYTE;

/** What one response has taken so far. */
export interface MemoryClaim {
	/**
	 * Adds bytes that have been read.
	 *
	 * @param goOn called once, when there is room to read on
	 * @returns whether there is room now; if not, the caller stops reading
	 */
	add(bytes: number, goOn: () => void): boolean;
	/** To be called when the response has been read, or has failed. */
	release(): void;
}

/**
 * The memory that the responses of a run share while they are read. Where it is used up, only the
 * response that began first is read on, whatever its size. It ends, by its last byte or its time-out,
 * and so each of the others gets its turn.
 */
export class ReadingMemory {
	private taken = 0;
	/** In the order of their first bytes. */
	private readonly claims = new Set<{ goOn: (() => void) | undefined }>();
	private waiting = 0;
	private readonly most: number;

	/** @param most bytes */
	constructor(most = MEMORY_OF_RUN) {
		this.most = most;
	}

	claim(): MemoryClaim {
		const claim: { goOn: (() => void) | undefined } = { goOn: undefined };
		let own = 0;
		this.claims.add(claim);
		return {
			add: (bytes, goOn) => {
				own += bytes;
				this.taken += bytes;
				if (this.taken <= this.most || this.isFirst(claim)) return true;
				if (!claim.goOn) this.waiting++;
				claim.goOn = goOn;
				return false;
			},
			release: () => {
				if (!this.claims.delete(claim)) return;
				if (claim.goOn) this.waiting--;
				this.taken -= own;
				if (this.waiting > 0) this.wake();
			},
		};
	}

	private wake(): void {
		for (const claim of this.claims) {
			if (this.taken > this.most && !this.isFirst(claim)) return;
			const { goOn } = claim;
			if (!goOn) continue;
			claim.goOn = undefined;
			this.waiting--;
			goOn();
		}
	}

	private isFirst(claim: unknown): boolean {
		return this.claims.values().next().value === claim;
	}
}
