import type { Clock } from '../../common/Clock';
import type { CurrentWait } from '../../common/CurrentWait';
import { unlessAborted } from '../../common/unlessAborted';
import { type Wait, WaitTimes } from '../../limits/admission/WaitTimes';
import type { Call } from '../Call';

/** Label of the wait of a request that its server wants to be sent later. */
export const RETRY_AFTER = 'the server (Retry-After)';

/** The waits of a run's requests for their next try, and for a redirect. */
export class RetryWaits {
	private readonly clock: Clock;
	private readonly signal: AbortSignal;
	private readonly current = new Set<CurrentWait>();
	private readonly times = new WaitTimes();

	/** @param signal ends all waits */
	constructor(clock: Clock, signal: AbortSignal) {
		this.clock = clock;
		this.signal = signal;
	}

	/**
	 * Waits until a time, unless it has passed. A request that waits holds nothing.
	 *
	 * @throws the signal's reason
	 */
	async sleep<T>(call: Call<T>, current: CurrentWait): Promise<void> {
		const { clock, times } = this;
		const { label, until } = current;
		const began = clock.now();
		if (until <= began) return;
		this.current.add(current);
		times.begin(label, began);
		const wait = this.sleepUntil(until);
		call.waits(wait);
		try {
			await wait;
		} finally {
			const ended = clock.now();
			this.current.delete(current);
			times.end(label, ended);
			call.facts.waited += ended - began;
		}
	}

	/** @throws (rejects with) the signal's reason, at once when it is aborted */
	private async sleepUntil(time: number): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		const cancel = this.clock.at(time, resolve);
		await unlessAborted(promise, this.signal).finally(cancel);
	}

	/** Those that go on at this moment. */
	waitingFor(): CurrentWait[] {
		return [...this.current];
	}

	/** For how long requests have waited up to now, the longest first. */
	waited(): Wait[] {
		return this.times.list(this.clock.now());
	}
}
