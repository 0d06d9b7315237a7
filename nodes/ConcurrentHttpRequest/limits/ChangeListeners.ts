import type { ChangeListener } from './Limit';

/** Listeners to the changes of a limit. */
export class ChangeListeners {
	private readonly listeners: ChangeListener[] = [];

	readonly add = (listener: ChangeListener): void => void this.listeners.push(listener);

	/** @param origin the only origin that the change affects */
	notify(origin?: string): void {
		for (const listener of this.listeners) listener(origin);
	}
}
