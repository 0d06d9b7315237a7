/** Listeners to the changes of a limit; see `Limit.onChange`. */
export class ChangeListeners {
	private readonly listeners: Array<(origin?: string) => void> = [];

	readonly add = (listener: (origin?: string) => void): void => void this.listeners.push(listener);

	/** @param origin the only origin that the change affects */
	notify(origin?: string): void {
		for (const listener of this.listeners) listener(origin);
	}
}
