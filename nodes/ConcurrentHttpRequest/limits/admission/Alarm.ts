import type { Clock } from '../../common/Clock';

/** Calls back at the earliest of the times it was given; never more than one timer. */
export class Alarm {
	private readonly clock: Clock;
	private readonly callback: () => void;
	private time = Infinity;
	private stop: (() => void) | undefined;

	constructor(clock: Clock, callback: () => void) {
		this.clock = clock;
		this.callback = callback;
	}

	/** Replaces the time that was set; `Infinity` is never. */
	set(time: number): void {
		if (time === this.time) return;
		this.stop?.();
		this.stop = undefined;
		this.time = time;
		if (time === Infinity) return;
		this.stop = this.clock.at(time, () => {
			this.stop = undefined;
			this.time = Infinity;
			this.callback();
		});
	}
}
