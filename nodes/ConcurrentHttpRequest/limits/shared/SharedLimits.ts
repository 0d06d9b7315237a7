import { type Clock, systemClock } from '../../common/Clock';
import { SharedLimit, type SharedLimitMember, type SharedLimitOptions } from './SharedLimit';

/** The limits that runs of one process share, by their keys. */
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
	 * A run begins. It has to `leave` when it ends, however it ends.
	 *
	 * A limit outlives its last run for as long as its rate limits count something, so that the next run
	 * keeps to the same window. It is forgotten when any run comes or goes after that: a timer
	 * for it would outlive the runs and keep a process from ending.
	 */
	join(options: SharedLimitOptions): SharedLimitMember {
		this.forgetIdle();
		let shared = this.limits.get(options.key);
		if (!shared) {
			shared = new SharedLimit(this.clock, () => this.forgetIdle());
			this.limits.set(options.key, shared);
		}
		return shared.join(options);
	}

	private forgetIdle(): void {
		for (const [key, limit] of this.limits) if (limit.isIdle()) this.limits.delete(key);
	}
}

/** The number changes with what is stored, so that versions that differ in it do not share it. */
const PROCESS_WIDE = Symbol.for('n8n-nodes-concurrent-http/SharedLimits/2');

/**
 * What all runs in this process share. It hangs on a global symbol, because one process may have
 * loaded the node twice: from n8n's community folder and as a custom extension.
 */
export function sharedByProcess(): SharedLimits {
	const globals = globalThis as { [PROCESS_WIDE]?: SharedLimits };
	return (globals[PROCESS_WIDE] ??= new SharedLimits(systemClock));
}
