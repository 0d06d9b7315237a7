import type { Clock } from '../Clock';

/**
 * @param time the clock's milliseconds
 * @throws (rejects with) the signal's reason, at once when it is aborted
 */
export async function sleepUntil(time: number, clock: Clock, signal?: AbortSignal): Promise<void> {
	signal?.throwIfAborted();
	await new Promise<void>((resolve, reject) => {
		const cancel = clock.at(time, () => {
			signal?.removeEventListener('abort', abort);
			resolve();
		});
		const abort = (): void => {
			cancel();
			// eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason as it is, like fetch
			reject(signal?.reason);
		};
		signal?.addEventListener('abort', abort, { once: true });
	});
}
