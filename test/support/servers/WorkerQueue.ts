import type { Clock } from '../../../nodes/ConcurrentHttpRequest/common/Clock.ts';

/** Workers that take jobs from one queue, first come first served. */
export class WorkerQueue {
	private readonly clock: Clock;
	private readonly workers: () => number;
	private readonly waiting: Array<() => void> = [];
	private head = 0;
	private busy = 0;

	/** @param workers how many there are at present */
	constructor(clock: Clock, workers: () => number) {
		this.clock = clock;
		this.workers = workers;
	}

	/** Jobs that wait or are worked on. */
	get size(): number {
		return this.busy + this.waiting.length - this.head;
	}

	/**
	 * @param duration milliseconds of work; asked when a worker takes the job
	 * @param done called when the work is done
	 */
	add(duration: () => number, done: () => void): void {
		this.waiting.push(() => {
			this.clock.at(this.clock.now() + duration(), () => {
				this.busy--;
				done();
				this.work();
			});
		});
		this.work();
	}

	private work(): void {
		while (this.busy < this.workers() && this.head < this.waiting.length) {
			this.busy++;
			this.waiting[this.head++]?.();
		}
		if (this.head > 1000) {
			this.waiting.splice(0, this.head);
			this.head = 0;
		}
	}
}
