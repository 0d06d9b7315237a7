/**
 * Waits for work that cannot itself be ended, but not beyond an abort. The result of the work is then
 * ignored.
 *
 * @throws (rejects with) the signal's reason, at once when it is aborted
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	let stop = (): void => {};
	const aborted = new Promise<void>((resolve) => (stop = resolve));
	// An unhandled rejection after the abort would crash n8n.
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
