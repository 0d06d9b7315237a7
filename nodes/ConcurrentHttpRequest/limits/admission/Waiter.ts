import type { AdmissionRequest } from '../Limit';
import type { Permit } from './Permit';

/** One request that waits to be admitted. */
export class Waiter {
	readonly ask: AdmissionRequest;
	readonly permit: Promise<Permit>;
	/** Who waits behind it for the same origin. */
	next: Waiter | undefined;
	/** Whether it has its permit, or was ended. */
	isSettled = false;
	private resolve!: (permit: Permit) => void;
	private reject!: (reason: unknown) => void;
	private readonly signal: AbortSignal | undefined;
	private readonly onAbort: (() => void) | undefined;

	/** @param onEnded called after the signal ended the wait */
	constructor(ask: AdmissionRequest, signal: AbortSignal | undefined, onEnded: () => void) {
		this.ask = ask;
		this.permit = new Promise<Permit>((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
		if (!signal) return;
		this.signal = signal;
		this.onAbort = () => {
			this.end(signal.reason);
			onEnded();
		};
		signal.addEventListener('abort', this.onAbort);
	}

	admit(permit: Permit): void {
		this.settle();
		this.resolve(permit);
	}

	end(reason: unknown): void {
		if (this.isSettled) return;
		this.settle();
		this.reject(reason);
	}

	private settle(): void {
		this.isSettled = true;
		if (this.onAbort) this.signal?.removeEventListener('abort', this.onAbort);
	}
}
