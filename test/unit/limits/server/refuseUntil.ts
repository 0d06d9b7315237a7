import type { ServerLimits } from '../../../../nodes/ConcurrentHttpRequest/limits/server/ServerLimits.ts';

/** A server refuses a request and says when to come back. */
export function refuseUntil(limits: ServerLimits, origin: string, retryAt: number, now: number) {
	const request = limits.take({ origin }, now);
	const refused = { kind: 'overloaded', latency: 0, status: 503, rateLimit: { retryAt } } as const;
	limits.release({ origin }, refused, now, request);
}
