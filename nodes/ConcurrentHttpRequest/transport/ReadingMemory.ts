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

/** Whose time-out stands still while its response waits for memory. */
export interface Owner {
	standStill(): void;
	goOn(): void;
}

interface Claim {
	/** `undefined` while it need not wait. */
	goOn: (() => void) | undefined;
}

/**
 * The memory that the responses of a run share while they are read. Where it is used up, one response
 * is read on, whatever its size: the one that was the first to need more, so that its server does send.
 * It ends, by its last byte or its time-out, and so each of the others gets its turn.
 */
export class ReadingMemory {
	private readonly most: number;
	private taken = 0;
	/** Reads on although the memory is used up. */
	private first: Claim | undefined;
	/** In the order in which they began to wait. */
	private readonly waiting = new Set<Claim>();

	/** @param most bytes */
	constructor(most = MEMORY_OF_RUN) {
		this.most = most;
	}

	claim(owner: Owner): MemoryClaim {
		const claim: Claim = { goOn: undefined };
		let own = 0;
		return {
			add: (bytes, goOn) => {
				own += bytes;
				this.taken += bytes;
				if (this.mayGoOn(claim)) return true;
				if (!claim.goOn) owner.standStill();
				claim.goOn = () => {
					owner.goOn();
					goOn();
				};
				this.waiting.add(claim);
				return false;
			},
			release: () => {
				this.taken -= own;
				own = 0;
				this.waiting.delete(claim);
				if (this.first === claim) this.first = undefined;
				this.wake();
			},
		};
	}

	private mayGoOn(claim: Claim): boolean {
		if (this.taken <= this.most) return true;
		this.first ??= claim;
		return this.first === claim;
	}

	private wake(): void {
		for (const claim of this.waiting) {
			if (!this.mayGoOn(claim)) return;
			const { goOn } = claim;
			this.waiting.delete(claim);
			claim.goOn = undefined;
			goOn?.();
		}
	}
}
