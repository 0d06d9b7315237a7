/** What pagination sets in the request for one page. */
export interface PageChanges {
	/** In place of the item's URL; `undefined` leaves that. */
	readonly url: string | undefined;
	readonly query: Record<string, unknown>;
	readonly headers: Record<string, unknown>;
	readonly body: Record<string, unknown>;
}
