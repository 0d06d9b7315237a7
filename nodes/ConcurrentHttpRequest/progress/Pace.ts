import type { RunState } from './describeProgress';

/** Milliseconds: the usual window of a rate limit, so that bursts and waits within it even out. */
const WINDOW = 60_000;

interface Sample {
	/** The clock's milliseconds. */
	readonly time: number;
	readonly items: number;
	readonly requests: number;
}

/** How fast a run has been within the last minute. */
export class Pace {
	/** The oldest first: one from a minute ago or before, and all since. */
	private readonly samples: Sample[] = [];

	/** @param time the clock's milliseconds, after the last one */
	add(time: number, { succeeded, failed, requestsEnded }: RunState): void {
		const { samples } = this;
		samples.push({ time, items: succeeded + failed, requests: requestsEnded });
		while (samples[1] && samples[1].time <= time - WINDOW) samples.shift();
	}

	/** Items that ended per millisecond; 0 before there are two samples. */
	get items(): number {
		return this.rateOf('items');
	}

	/** Requests that ended per millisecond; 0 before there are two samples. */
	get requests(): number {
		return this.rateOf('requests');
	}

	private rateOf(what: 'items' | 'requests'): number {
		const first = this.samples[0];
		const last = this.samples.at(-1);
		if (!first || !last || last.time === first.time) return 0;
		return (last[what] - first[what]) / (last.time - first.time);
	}
}
