import type { Clock } from '../../common/Clock';
import { systemClock } from '../../common/Clock';
import type { Membership } from './Membership';
import { SharedLimit, type Terms } from './SharedLimit';

/** One run's place in a shared limit. */
export interface Share {
	/** For the run's admission. */
	readonly limit: Membership;
	/** To be called when the run has ended, however it ended. */
	leave(): void;
}

/** The limits that runs share, by a key: a credential's id, a name that a user chose. */
export class SharedLimits {
	private readonly clock: Clock;
	private readonly limits = new Map<string, SharedLimit>();

	/** @param clock the same that the admissions have */
	constructor(clock: Clock) {
		this.clock = clock;
	}

	/** How many keys are remembered. */
	get size(): number {
		return this.limits.size;
	}

	/**
	 * A run begins to share what the key stands for.
	 *
	 * A limit outlives its last run for as long as its budgets count something, so that the next run
	 * keeps to the window as well. It is forgotten when any run comes or goes after that: a timer
	 * for it would outlive the runs and keep a process from ending.
	 */
	join(key: string, terms: Terms): Share {
		this.forgetIdle();
		let shared = this.limits.get(key);
		if (!shared) this.limits.set(key, (shared = new SharedLimit()));
		const limit = shared.join(terms, this.clock.now());
		return {
			limit,
			leave: () => {
				shared.leave(limit, this.clock.now());
				this.forgetIdle();
			},
		};
	}

	private forgetIdle(): void {
		const now = this.clock.now();
		for (const [key, limit] of this.limits) if (limit.isIdle(now)) this.limits.delete(key);
	}
}

/** The number changes with what is stored, so that versions that differ in it do not share it. */
const PROCESS_WIDE = Symbol.for('n8n-nodes-concurrent-http/SharedLimits/1');

/**
 * What all runs in this process share. It hangs on a global symbol, since one process may have
 * loaded the node twice: from n8n's community folder and as a custom extension.
 */
export function sharedByProcess(): SharedLimits {
	const globals = globalThis as { [PROCESS_WIDE]?: SharedLimits };
	return (globals[PROCESS_WIDE] ??= new SharedLimits(systemClock));
}
