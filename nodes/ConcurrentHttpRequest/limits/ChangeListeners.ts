import type { ChangeListener } from './Limit';

/** Those who want to know when a limit changes. */
export class ChangeListeners {
	private readonly listeners = new Set<ChangeListener>();

	/** @returns ends it */
	readonly add = (listener: ChangeListener): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	/** @param origin the only one that the change concerns */
	notify(origin?: string): void {
		for (const listener of this.listeners) listener(origin);
	}
}
