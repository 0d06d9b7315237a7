import type { AdmissionRequest, Outcome } from './Limit';
import { hostWaitsUntil, type ServerWord } from './server/serverWord';

/** What came of one attempt to send a request. */
export type AttemptResult = Answered | Unanswered | Unrepeatable;

/** The server answered, with whatever status. */
export interface Answered {
	readonly kind: 'answered';
	readonly status: number;
	readonly word: ServerWord;
}

/** No complete answer came. */
export interface Unanswered {
	readonly kind: 'unanswered';
	/** What such failures have in common, for counting: `timeout`, `connection reset`. */
	readonly cause: string;
	readonly isTimeout: boolean;
	/** Nothing of the request can have reached the server: there was no connection. */
	readonly isUnsent: boolean;
	/**
	 * A kept-alive connection was closed before the first byte of an answer: most likely the server
	 * closed it for being idle, at the moment when the request was sent (RFC 9112 section 9.3.1).
	 */
	readonly isStaleConnection: boolean;
	/** The server says that it has not looked at the request. */
	readonly isUnprocessed: boolean;
}

/** It would end in the same way again: we ended it, a rule forbids it, the answer is unreadable. */
export interface Unrepeatable {
	readonly kind: 'unrepeatable';
	readonly isCancelled: boolean;
}

/**
 * Hears of each attempt, to learn about a server from what comes of it. Called at its start, after
 * it was admitted and before it is sent.
 *
 * @returns to be called at its end, before its permit is given back
 */
export type AttemptObserver = (
	ask: AdmissionRequest,
	now: number,
) => (result: AttemptResult, now: number) => void;

/** What a limit is told of an attempt. */
export function outcomeKind(result: AttemptResult): Outcome['kind'] {
	switch (result.kind) {
		case 'unrepeatable':
			return result.isCancelled ? 'cancelled' : 'failed';
		case 'unanswered':
			return result.isUnsent && !result.isTimeout ? 'failed' : 'overloaded';
		case 'answered': {
			const { status, word } = result;
			if (status === 429 || status === 503 || hostWaitsUntil(status, word) !== undefined) {
				return 'overloaded';
			}
			return status >= 500 ? 'failed' : 'ok';
		}
	}
}
