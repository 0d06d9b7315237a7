import type { AttemptResult } from './engine/retry/AttemptResult';
import type { Attempted } from './engine/retry/Retrier';
import { type ReadAt, readServerWord } from './engine/retry/serverWord';
import type { HttpResponse } from './transport/HttpResponse';
import { TransportFailure, type TransportFailureKind } from './transport/TransportFailure';

/**
 * What one attempt gave: an answer, whatever its status, or what was thrown.
 *
 * @typeParam T what a receiver makes of a streamed body
 */
export type Answer<T = unknown> =
	| { readonly response: HttpResponse<T>; readonly error?: undefined }
	| { readonly response?: undefined; readonly error: unknown };

/** These end in the same way each time, or were our own doing. */
const UNREPEATABLE: ReadonlySet<TransportFailureKind> = new Set<TransportFailureKind>([
	'wrong protocol',
	'certificate not trusted',
	'client certificate refused',
	'proxy refused',
	'proxy not trusted',
	'blocked by policy',
	'redirect not followed',
	'unreadable answer',
	'answer too large',
	'file not readable',
	'file not stored',
	'cancelled',
]);

/**
 * Says in the engine's words what came of sending a request once. Does not reject.
 *
 * @param readAt the time, asked when the answer has come
 */
export async function attempt<T>(
	sending: Promise<HttpResponse<T>>,
	readAt: () => ReadAt,
): Promise<Attempted<Answer<T>>> {
	try {
		const response = await sending;
		const word = readServerWord(response.headers, readAt());
		const result: AttemptResult = { kind: 'answered', status: response.statusCode, word };
		return { value: { response }, result };
	} catch (error) {
		return { value: { error }, result: resultOf(error) };
	}
}

function resultOf(error: unknown): AttemptResult {
	if (!(error instanceof TransportFailure) || UNREPEATABLE.has(error.kind)) {
		const isCancelled = error instanceof TransportFailure && error.kind === 'cancelled';
		return { kind: 'unrepeatable', isCancelled };
	}
	return {
		kind: 'unanswered',
		cause: error.kind,
		isTimeout: error.kind === 'timeout',
		isUnsent: error.isUnsent,
		isStaleConnection: error.isStaleConnection && error.kind === 'connection reset',
		isUnprocessed: error.isUnprocessed,
	};
}
