import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const POLL_MS = 200;

/**
 * Repeats assertions until they hold: the editor draws its lists bit by bit.
 * @throws what the last try threw
 */
export async function eventually(assertions: () => Promise<void>): Promise<void> {
	const deadline = Date.now() + PATIENCE_MS;
	for (;;) {
		try {
			await assertions();
			return;
		} catch (error) {
			if (Date.now() > deadline) throw error;
			await sleep(POLL_MS);
		}
	}
}
