import type { Clock } from '../../common/Clock';

/** Milliseconds between two looks. */
const INTERVAL = 50;

/** How much one look counts in the running mean: about the last half second matters. */
const SMOOTHING = 0.2;

/** Measures how late timers are: by as much the whole process is behind. */
export class EventLoopMeter {
	private readonly clock: Clock;
	private mean = 0;
	private dueAt = 0;
	private endWaiting: (() => void) | undefined;

	constructor(clock: Clock) {
		this.clock = clock;
	}

	/** Milliseconds by which timers are late at present. A timer that is overdue now counts. */
	get delay(): number {
		if (!this.endWaiting) return 0;
		return Math.max(this.mean, this.clock.now() - this.dueAt);
	}

	/** Its timer keeps a process alive until `stop`. */
	start(): void {
		if (!this.endWaiting) this.wait();
	}

	stop(): void {
		this.endWaiting?.();
		this.endWaiting = undefined;
		this.mean = 0;
	}

	private wait(): void {
		this.dueAt = this.clock.now() + INTERVAL;
		this.endWaiting = this.clock.at(this.dueAt, () => {
			this.mean += (this.clock.now() - this.dueAt - this.mean) * SMOOTHING;
			this.wait();
		});
	}
}
