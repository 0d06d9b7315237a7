/** Entries of a new log; the capacity doubles when it is full. A power of two. */
const FIRST_CAPACITY = 16;

/**
 * A sliding window log: each entry has a cost, and a time at which it leaves the window. Entries leave in
 * the order in which they came. A ring of plain numbers, 17 bytes an entry, so that a limit of 90,000
 * requests takes 2 MB at most, and adding and dropping cost the same however many there are.
 *
 * The time of an entry is a guess until `setEnd` states it. Where the guess passes first, the entry makes way for
 * those behind it, but its cost counts on.
 */
export class SlidingWindowLog {
	/** The sum of all costs. */
	total = 0;
	private size = 0;
	/** The number of the oldest entry; numbers count from 0 and are never used twice. */
	private first = 0;
	private costs = new Float64Array(FIRST_CAPACITY);
	private ends = new Float64Array(FIRST_CAPACITY);
	/** Whether each end was stated: 1, or 0 for a guess. */
	private stated = new Uint8Array(FIRST_CAPACITY);
	/** Costs of entries that have left the ring, and whose end was not stated yet. */
	private readonly late = new Map<number, number>();

	/**
	 * @param end a guess, until `setEnd`
	 * @returns the number of the entry
	 */
	add(cost: number, end: number): number {
		if (this.size === this.costs.length) this.resize(this.size * 2);
		const entry = this.first + this.size++;
		const index = this.indexOf(entry);
		this.costs[index] = cost;
		this.ends[index] = end;
		this.stated[index] = 0;
		this.total += cost;
		return entry;
	}

	/** Drops the oldest entries, up to the first that still counts. */
	dropUntil(now: number): void {
		while (this.size > 0 && this.nextEnd() <= now) {
			const index = this.indexOf(this.first);
			const cost = this.costs[index] ?? 0;
			if (this.stated[index]) this.total -= cost;
			else this.late.set(this.first, cost);
			this.first++;
			this.size--;
		}
	}

	/** When the next entry will be dropped; `Infinity` where none is left with a time. */
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

	/** When an entry stops counting; `Infinity` for one that has been dropped. */
	endOf(entry: number): number {
		return entry < this.first ? Infinity : (this.ends[this.indexOf(entry)] ?? Infinity);
	}

	/** States when an entry stops counting, unless it no longer counts. */
	setEnd(entry: number, end: number): void {
		if (entry >= this.first) this.state(entry, end);
		else {
			const cost = this.late.get(entry);
			if (cost === undefined) return;
			this.late.delete(entry);
			this.total -= cost;
			this.state(this.add(cost, end), end);
		}
	}

	private state(entry: number, end: number): void {
		const index = this.indexOf(entry);
		this.ends[index] = end;
		this.stated[index] = 1;
	}

	private indexOf(entry: number): number {
		return entry % this.costs.length;
	}

	private resize(capacity: number): void {
		const costs = new Float64Array(capacity);
		const ends = new Float64Array(capacity);
		const stated = new Uint8Array(capacity);
		for (let entry = this.first; entry < this.first + this.size; entry++) {
			costs[entry % capacity] = this.costs[this.indexOf(entry)] ?? 0;
			ends[entry % capacity] = this.endOf(entry);
			stated[entry % capacity] = this.stated[this.indexOf(entry)] ?? 0;
		}
		this.costs = costs;
		this.ends = ends;
		this.stated = stated;
	}
}
