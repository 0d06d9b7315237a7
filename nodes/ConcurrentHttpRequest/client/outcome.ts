import type { Outcome } from '../limits/Limit';
import { isRefusal, type ReadAt, readRateLimitInfo } from '../limits/server/rateLimitInfo';
import type { ResponseHead } from '../transport/HttpResponse';
import { TransportFailure, type TransportFailureKind } from '../transport/TransportFailure';

/** The outcome of a request, without the time that it took. */
type Told = Omit<Outcome, 'latency'>;

/** Failures that would be the same again, and those that we caused. */
const UNREPEATABLE: ReadonlySet<TransportFailureKind> = new Set<TransportFailureKind>([
	'wrong protocol',
	'certificate not trusted',
	'client certificate refused',
	'proxy refused',
	'proxy not trusted',
	'blocked by policy',
	'redirect not followed',
	'unreadable response',
	'response too large',
	'file not readable',
	'file not stored',
	'cancelled',
]);

/** Whether another attempt may end otherwise. */
export function isRepeatableFailure(error: unknown): error is TransportFailure {
	return error instanceof TransportFailure && !UNREPEATABLE.has(error.kind);
}

/** @param readAt when the response came */
export function outcomeOfResponse(
	{ statusCode: status, headers }: ResponseHead,
	readAt: ReadAt,
): Told {
	const rateLimit = readRateLimitInfo(headers, readAt);
	if (isRefusal(status, rateLimit)) return { kind: 'overloaded', status, rateLimit };
	return { kind: status >= 500 ? 'failed' : 'ok', status, rateLimit };
}

/** @param error what an exchange threw */
export function outcomeOfFailure(error: unknown): Told {
	if (!isRepeatableFailure(error) || error.isUnprocessed) return { kind: 'cancelled' };
	return { kind: error.isUnsent && error.kind !== 'timeout' ? 'failed' : 'overloaded' };
}
