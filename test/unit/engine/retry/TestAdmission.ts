import type { Clock } from '../../../../nodes/ConcurrentHttpRequest/engine/Clock.ts';
import type { Ask, Limit } from '../../../../nodes/ConcurrentHttpRequest/engine/admission/Limit.ts';
import type {
	AdmissionGate,
	Permit,
} from '../../../../nodes/ConcurrentHttpRequest/engine/retry/Retrier.ts';

interface Waiter {
	readonly ask: Ask;
	readonly admit: (permit: Permit) => void;
}

/** First come, first served, within a number in flight and other limits. */
export class TestAdmission implements AdmissionGate {
	inFlight = 0;
	private readonly queue: Waiter[] = [];
	private readonly clock: Clock;
	private readonly limits: readonly Limit[];
	private stopAlarm: (() => void) | undefined;

	constructor(clock: Clock, concurrency: number, limits: readonly Limit[] = []) {
		this.clock = clock;
		const inFlight: Limit = {
			availableAt: (_ask, now) => (this.inFlight < concurrency ? now : Infinity),
			take: () => this.inFlight++,
			release: () => this.inFlight--,
		};
		this.limits = [inFlight, ...limits];
		for (const limit of limits) limit.onChange?.(() => this.pump());
	}

	acquire(ask: Ask, signal?: AbortSignal): Permit | Promise<Permit> {
		signal?.throwIfAborted();
		if (this.queue.length === 0 && this.availableAt(ask) <= this.clock.now()) return this.take(ask);
		return new Promise<Permit>((resolve, reject) => {
			const waiter = { ask, admit: resolve };
			this.queue.push(waiter);
			signal?.addEventListener('abort', () => {
				const index = this.queue.indexOf(waiter);
				if (index >= 0) this.queue.splice(index, 1);
				reject(signal.reason as Error);
			});
			this.pump();
		});
	}

	private availableAt(ask: Ask): number {
		const now = this.clock.now();
		return Math.max(...this.limits.map((limit) => limit.availableAt(ask, now)));
	}

	private take(ask: Ask): Permit {
		for (const limit of this.limits) limit.take(ask, this.clock.now());
		return {
			release: (outcome) => {
				for (const limit of this.limits) limit.release?.(ask, outcome, this.clock.now());
				this.pump();
			},
		};
	}

	private pump(): void {
		this.stopAlarm?.();
		for (;;) {
			const [first] = this.queue;
			if (!first) return;
			const time = this.availableAt(first.ask);
			if (time > this.clock.now()) {
				if (time < Infinity) this.stopAlarm = this.clock.at(time, () => this.pump());
				return;
			}
			this.queue.shift();
			first.admit(this.take(first.ask));
		}
	}
}
