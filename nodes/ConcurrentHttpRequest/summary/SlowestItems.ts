/** An item's requests together. */
interface ItemTimes {
	readonly itemIndex: number;
	/** Milliseconds that its requests took together, tries, pages and redirects included. */
	readonly duration: number;
}

const MOST_ITEMS = 10;

/** The ten items whose requests took longest, and what is told of each. */
export class SlowestItems<Details> {
	private items: Array<ItemTimes & { readonly details: Details }> = [];

	/** @param describe called only for an item that is among the slowest so far */
	add(times: ItemTimes, describe: () => Details): void {
		const { items } = this;
		if (items.length === MOST_ITEMS && times.duration <= (items.at(-1)?.duration ?? 0)) return;
		const after = items.findIndex(({ duration }) => duration < times.duration);
		const entry = { ...times, details: describe() };
		items.splice(after === -1 ? items.length : after, 0, entry);
		if (items.length > MOST_ITEMS) items.pop();
	}

	/** The slowest first. */
	list(): ReadonlyArray<ItemTimes & { readonly details: Details }> {
		return this.items;
	}
}
