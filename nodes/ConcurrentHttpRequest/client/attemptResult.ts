import type { AttemptResult } from '../limits/AttemptResult';
import { type ReadAt, readServerWord } from '../limits/server/serverWord';
import type { ResponseHead } from '../transport/HttpResponse';
import { TransportFailure, type TransportFailureKind } from '../transport/TransportFailure';

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

/** @param readAt when the response came */
export function resultOfResponse(
	{ statusCode, headers }: ResponseHead,
	readAt: ReadAt,
): AttemptResult {
	return { kind: 'answered', status: statusCode, word: readServerWord(headers, readAt) };
}

/** @param error what an exchange threw */
export function resultOfFailure(error: unknown): AttemptResult {
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
