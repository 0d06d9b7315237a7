import type { Clock } from '../common/Clock';
import { Timer } from '../common/Timer';
import { describeProgress, type RunState } from './describeProgress';
import { Pace } from './Pace';

export interface ProgressOptions {
	readonly clock: Clock;
	/** Milliseconds from the beginning of a run to its first line, and from line to line. */
	readonly interval: number;
	/** Whether to say what has not changed since the last line. */
	readonly repeats: boolean;
	/** Takes a line for people. */
	readonly say: (line: string) => void;
	/** The state of the run at this moment. */
	readonly read: () => RunState;
}

/** Says while a run goes on how far it is. Of a run shorter than one interval it says nothing. */
export class Progress {
	private readonly options: ProgressOptions;
	private readonly pace = new Pace();
	private readonly timer: Timer;
	private next: number;
	private lastKey: string | undefined;

	/** The run begins. {@link close} has to be called when it has ended. */
	constructor(options: ProgressOptions) {
		const { clock, interval, read } = options;
		this.options = options;
		this.timer = new Timer(clock, () => this.tick());
		this.pace.add(clock.now(), read());
		this.next = clock.now() + interval;
		this.timer.set(this.next);
	}

	/** Nothing is said afterwards, and no timer is left. */
	close(): void {
		this.timer.set(Infinity);
	}

	private tick(): void {
		const { clock, interval, repeats, say, read } = this.options;
		const now = clock.now();
		const state = read();
		this.pace.add(now, state);
		const key = keyOf(state);
		if (repeats || key !== this.lastKey) say(describeProgress(state, this.pace, now));
		this.lastKey = key;
		// A busy event loop leaves lines out, and does not put the others off.
		while (this.next <= now) this.next += interval;
		this.timer.set(this.next);
	}
}

/** The same for two states between which nothing has happened. */
function keyOf({ succeeded, failed, requestsEnded, inFlight, waits }: RunState): string {
	const labels = waits.map(({ label, origin }) => [label, origin]);
	return JSON.stringify([succeeded, failed, requestsEnded, inFlight, labels]);
}
