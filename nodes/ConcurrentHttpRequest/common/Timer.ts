import type { Clock } from './Clock';

/** Calls back at one time that can be changed. Never holds more than one timer of the clock. */
export class Timer {
	/** When it calls back next; `Infinity` is never. */
	time = Infinity;
	private readonly clock: Clock;
	private readonly callback: () => void;
	private cancel: (() => void) | undefined;

	constructor(clock: Clock, callback: () => void) {
		this.clock = clock;
		this.callback = callback;
	}

	/** @param time replaces the time that was set; `Infinity` is never */
	set(time: number): void {
		if (time === this.time) return;
		this.cancel?.();
		this.cancel = undefined;
		this.time = time;
		if (time === Infinity) return;
		this.cancel = this.clock.at(time, () => {
			this.cancel = undefined;
			this.time = Infinity;
			this.callback();
		});
	}
}
