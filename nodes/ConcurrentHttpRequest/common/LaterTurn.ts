/**
 * Puts work off until what is more urgent has been done, for all who ask at about the same time
 * together.
 *
 * The answers to a burst of requests arrive as a burst. If each were read at once, the last of the
 * next requests would be written only after all of them had been read, and the server would wait for
 * us. So answers are read two turns of the event loop later: by then the requests that were waiting
 * for a place have been written (undici writes them in the turn after an answer's end).
 */
export class LaterTurn {
	private pending: Promise<void> | undefined;

	/** @returns resolves two turns of the event loop later, at most */
	come(): Promise<void> {
		this.pending ??= new Promise((resolve) => {
			setImmediate(() => {
				setImmediate(() => {
					this.pending = undefined;
					resolve();
				});
			});
		});
		return this.pending;
	}
}
