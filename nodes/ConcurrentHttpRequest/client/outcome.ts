import type { Outcome } from '../limits/Limit';
import { isRefusal, type ReadAt, readRateLimitInfo } from '../limits/server/rateLimitInfo';
import type { ResponseHead } from '../transport/HttpResponse';
import { TransportFailure, type TransportFailureKind } from '../transport/TransportFailure';

/** What the limits are told of a request, but for how long it took. */
type Told = Omit<Outcome, 'latency'>;

/** Failures that are the same each time, or were our own doing. */
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
