import type { Clock } from '../../../../nodes/ConcurrentHttpRequest/common/Clock.ts';
import { Admission } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/Admission.ts';
import type { Limit } from '../../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';

/** An admission that tells how many are in flight. */
export class TestAdmission extends Admission {
	private readonly counter: { inFlight: number };

	constructor(clock: Clock, concurrency: number, limits: readonly Limit[] = []) {
		const counter = { inFlight: 0 };
		const counting: Limit = {
			availableAt: (_ask, now) => (counter.inFlight < concurrency ? now : Infinity),
			take: () => counter.inFlight++,
			release: () => counter.inFlight--,
		};
		super({ limits: [counting, ...limits], clock });
		this.counter = counter;
	}

	get inFlight(): number {
		return this.counter.inFlight;
	}
}
