/**
 * Waits for work that cannot itself be ended, but no longer than until an abort. What comes of the
 * work after that is of no interest.
 *
 * @throws (rejects with) the signal's reason, at once when it is aborted
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	let stop = (): void => {};
	const aborted = new Promise<void>((resolve) => (stop = resolve));
	// Also where the abort comes first and nobody hears of it any more.
	work.catch(() => {});
	if (!signal.aborted) {
		signal.addEventListener('abort', stop);
		try {
			await Promise.race([work, aborted]);
		} finally {
			signal.removeEventListener('abort', stop);
		}
	}
	signal.throwIfAborted();
	return await work;
}
