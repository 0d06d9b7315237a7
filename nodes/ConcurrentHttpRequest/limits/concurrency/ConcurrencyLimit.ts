import { ChangeListeners } from '../ChangeListeners';
import type { AdmissionRequest, ChangeListener, Limit } from '../Limit';

/** So many requests in flight, and no more. The number may be changed at any time. */
export class ConcurrencyLimit implements Limit<void> {
	readonly label: string | undefined;
	/** Requests in flight; more than `limit` for a while after that was lowered. */
	inFlight = 0;
	private most: number;
	private readonly listeners = new ChangeListeners();

	/**
	 * @param limit from 1; a fraction admits as many as its whole part
	 * @param label see {@link Limit.label}; without one its waits are not counted
	 */
	constructor(limit: number, label?: string) {
		this.most = limit;
		this.label = label;
	}

	get limit(): number {
		return this.most;
	}

	set limit(limit: number) {
		const isRaised = limit > this.most;
		this.most = limit;
		if (isRaised) this.listeners.notify();
	}

	availableAt(_ask: AdmissionRequest, now: number): number {
		return this.inFlight + 1 <= this.most ? now : Infinity;
	}

	take(): void {
		this.inFlight++;
	}

	release(): void {
		this.inFlight--;
	}

	onChange(listener: ChangeListener): () => void {
		return this.listeners.add(listener);
	}
}
