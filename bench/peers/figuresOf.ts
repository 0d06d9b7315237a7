import type { Reading } from '../measure/Reading.ts';
import type { Figures } from '../measure/Run.ts';
import type { ServerCounts } from '../server/Counters.ts';

export interface Outcome {
	items: number;
	/** Milliseconds. */
	time: number;
	answered: number;
	reading: Reading;
	counts: ServerCounts;
	engineCalls?: number | undefined;
}

/** The figures of a run that came to its end. */
export function figuresOf(outcome: Outcome): Figures {
	const { items, time, answered, reading, counts, engineCalls } = outcome;
	const { cpuSeconds, memoryBefore, memoryPeak, loopDelayMax, loopDelayP99 } = reading;
	return {
		items,
		time,
		requestsPerSecond: time > 0 ? (1000 * items) / time : 0,
		cpuSeconds,
		memoryPeak,
		memoryGrowth: memoryPeak === undefined ? undefined : memoryPeak - memoryBefore,
		connections: counts.connections,
		mostInFlight: counts.mostInFlight,
		failures: items - answered,
		loopDelayMax,
		loopDelayP99,
		engineCallsPerItem: engineCalls === undefined ? undefined : engineCalls / items,
		serverBusy: counts.busy,
	};
}
