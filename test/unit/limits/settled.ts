import { setImmediate } from 'node:timers/promises';

/** Waits until everything that can go on without an outside event has done so. */
export async function settled(): Promise<void> {
	await setImmediate();
}
