import type { Meter } from '../../measure/Meter.ts';
import type { Reading } from '../../measure/Reading.ts';

/** What the bench's nodes and hooks in the n8n process tell each other. */
export interface Shared {
	/** Runs from the end of the node before the measured one to the node after it. */
	meter: Meter | undefined;
	reading: Reading | undefined;
	/** Items that reached the node after the measured one with the id that was asked for. */
	answered: number;
	/** Whether the garbage of n8n's start is gone; done in the first warm-up. */
	isSwept: boolean;
	/** How often n8n's expression engine was called since the process began. */
	engineCalls: number;
	engineCallsBefore: number;
}

/** Each node is a bundle of its own, so they meet in the global object. */
const KEY = Symbol.for('n8n-nodes-concurrent-http.bench');
const holder = globalThis as unknown as Record<symbol, Shared | undefined>;

export const shared: Shared = (holder[KEY] ??= {
	meter: undefined,
	reading: undefined,
	answered: 0,
	isSwept: false,
	engineCalls: 0,
	engineCallsBefore: 0,
});
