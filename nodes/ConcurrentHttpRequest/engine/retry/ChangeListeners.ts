/** Those who want to know when a limit might admit a request earlier than it said. */
export class ChangeListeners {
	private readonly listeners = new Set<(origin?: string) => void>();

	/** @returns ends it */
	readonly add = (listener: (origin?: string) => void): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	/** @param origin the only one that the change concerns */
	notify(origin: string): void {
		for (const listener of this.listeners) listener(origin);
	}
}
