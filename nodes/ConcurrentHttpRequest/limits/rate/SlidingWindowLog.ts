/** Entries of a new log; the capacity doubles when it is full. A power of two. */
const FIRST_CAPACITY = 16;

/**
 * A sliding window log: each entry has a cost, and a time at which it leaves the window. Entries leave in
 * the order in which they came. A ring of plain numbers, 16 bytes an entry, so that a limit of 90,000
 * requests takes 2 MB at most, and adding and dropping cost the same however many there are.
 */
export class SlidingWindowLog {
	/** The sum of all costs. */
	total = 0;
	private size = 0;
	/** The number of the oldest entry; numbers count from 0 and are never used twice. */
	private first = 0;
	private costs = new Float64Array(FIRST_CAPACITY);
	private ends = new Float64Array(FIRST_CAPACITY);

	/** @returns the number of the entry */
	add(cost: number, end: number): number {
		if (this.size === this.costs.length) this.resize(this.size * 2);
		const entry = this.first + this.size++;
		const index = this.indexOf(entry);
		this.costs[index] = cost;
		this.ends[index] = end;
		this.total += cost;
		return entry;
	}

	/** Drops the oldest entries, up to the first that still counts. */
	dropUntil(now: number): void {
		while (this.size > 0 && this.nextEnd() <= now) {
			this.total -= this.costs[this.indexOf(this.first)] ?? 0;
			this.first++;
			this.size--;
		}
	}

	/** When the next entry will be dropped; `Infinity` without entries. */
	nextEnd(): number {
		return this.size === 0 ? Infinity : this.endOf(this.first);
	}

	/** When the last entry stops counting; `-Infinity` without entries. */
	emptyAt(): number {
		let time = -Infinity;
		for (let entry = this.first; entry < this.first + this.size; entry++) {
			time = Math.max(time, this.endOf(entry));
		}
		return time;
	}

	/** When an entry stops counting, if it has not been dropped. */
	endOf(entry: number): number {
		return this.ends[this.indexOf(entry)] ?? Infinity;
	}

	/** Changes when an entry stops counting, unless it has been dropped. */
	setEnd(entry: number, end: number): void {
		if (entry >= this.first) this.ends[this.indexOf(entry)] = end;
	}

	private indexOf(entry: number): number {
		return entry % this.costs.length;
	}

	private resize(capacity: number): void {
		const costs = new Float64Array(capacity);
		const ends = new Float64Array(capacity);
		for (let entry = this.first; entry < this.first + this.size; entry++) {
			costs[entry % capacity] = this.costs[this.indexOf(entry)] ?? 0;
			ends[entry % capacity] = this.endOf(entry);
		}
		this.costs = costs;
		this.ends = ends;
	}
}
