import type { AdmissionRequest } from '../Limit';
import type { Clock } from '../../common/Clock';
import { type AttemptObserver, type AttemptResult, outcomeKind } from '../AttemptResult';
import type { Permit } from '../admission/Permit';

/** A request that a server gets: its permit, and what is to be told when it has ended. */
export class StartedRequest {
	readonly permit: Permit;
	readonly startedAt: number;
	private readonly clock: Clock;
	private readonly ends: ReadonlyArray<ReturnType<AttemptObserver>>;

	/** Starts now. */
	constructor(
		ask: AdmissionRequest,
		permit: Permit,
		observers: readonly AttemptObserver[],
		clock: Clock,
	) {
		const startedAt = clock.now();
		this.permit = permit;
		this.startedAt = startedAt;
		this.clock = clock;
		this.ends = observers.map((observe) => observe(ask, startedAt));
	}

	/** Tells those who learn from it. */
	observe(result: AttemptResult): void {
		const now = this.clock.now();
		for (const end of this.ends) end(result, now);
	}

	/** Gives its permit back, after `observe`. */
	release(result: AttemptResult): void {
		const latency = this.clock.now() - this.startedAt;
		const status = result.kind === 'answered' ? result.status : undefined;
		this.permit.release({ kind: outcomeKind(result), latency, status });
	}
}
