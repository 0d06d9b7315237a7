import type { Clock } from '../../common/Clock';

/**
 * @param time the clock's milliseconds
 * @throws (rejects with) the signal's reason, at once when it is aborted
 */
export async function sleepUntil(time: number, clock: Clock, signal?: AbortSignal): Promise<void> {
	signal?.throwIfAborted();
	await new Promise<void>((resolve) => {
		const cancel = clock.at(time, () => {
			signal?.removeEventListener('abort', abort);
			resolve();
		});
		const abort = (): void => {
			cancel();
			resolve();
		};
		signal?.addEventListener('abort', abort, { once: true });
	});
	signal?.throwIfAborted();
}
