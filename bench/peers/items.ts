/** What the input items hold. */
export interface Item {
	id: number;
	/** Needs encoding in a URL. */
	s: string;
	/** Missing in every third item. */
	name?: string;
}

export function itemOf(id: number): Item {
	const item = { id, s: `customer ${id} & co/nl` };
	return id % 3 === 0 ? item : { ...item, name: `Customer ${id}` };
}
