/** The entries of a log at first; it doubles whenever it is full. A power of two. */
const FIRST_CAPACITY = 16;

/**
 * What is counted at this moment, first in, first out: each entry has a cost and a time from which
 * it no longer counts. A ring of plain numbers, 16 bytes an entry, so that a budget of 90,000
 * requests costs 2 MB at most; adding and dropping an entry take the same time however many there
 * are.
 */
export class CostLog {
	/** The sum of all costs. */
	total = 0;
	private size = 0;
	/** The ordinal of the first entry; ordinals count from 0 and are never used twice. */
	private first = 0;
	private costs = new Float64Array(FIRST_CAPACITY);
	private freeAt = new Float64Array(FIRST_CAPACITY);

	/** @returns its ordinal, by which `move` finds it */
	add(cost: number, freeAt: number): number {
		if (this.size === this.costs.length) this.resize(this.size * 2);
		const ordinal = this.first + this.size++;
		const index = this.indexOf(ordinal);
		this.costs[index] = cost;
		this.freeAt[index] = freeAt;
		this.total += cost;
		return ordinal;
	}

	/** Drops entries from the front up to the first that still counts. */
	dropUntil(now: number): void {
		while (this.size > 0 && this.nextTime() <= now) {
			this.total -= this.costs[this.indexOf(this.first)] ?? 0;
			this.first++;
			this.size--;
		}
	}

	/** When the next entry will be dropped, `Infinity` without entries. */
	nextTime(): number {
		return this.size === 0 ? Infinity : this.timeOf(this.first);
	}

	/** From when the last entry will no longer count, and thus none; `-Infinity` without entries. */
	emptyAt(): number {
		let time = -Infinity;
		for (let ordinal = this.first; ordinal < this.first + this.size; ordinal++) {
			time = Math.max(time, this.timeOf(ordinal));
		}
		return time;
	}

	/** Changes the time of an entry, if it still counts. */
	move(ordinal: number, change: (freeAt: number) => number): void {
		if (ordinal < this.first || ordinal >= this.first + this.size) return;
		const index = this.indexOf(ordinal);
		this.freeAt[index] = change(this.freeAt[index] ?? 0);
	}

	private timeOf(ordinal: number): number {
		return this.freeAt[this.indexOf(ordinal)] ?? Infinity;
	}

	private indexOf(ordinal: number): number {
		return ordinal % this.costs.length;
	}

	private resize(capacity: number): void {
		const costs = new Float64Array(capacity);
		const freeAt = new Float64Array(capacity);
		for (let ordinal = this.first; ordinal < this.first + this.size; ordinal++) {
			costs[ordinal % capacity] = this.costs[this.indexOf(ordinal)] ?? 0;
			freeAt[ordinal % capacity] = this.timeOf(ordinal);
		}
		this.costs = costs;
		this.freeAt = freeAt;
	}
}
