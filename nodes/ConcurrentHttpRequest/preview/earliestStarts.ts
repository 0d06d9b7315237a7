import type { LimitOptions } from '../limits/createLimits';
import type { AdmissionRequest, Limit } from '../limits/Limit';
import { Batching } from '../limits/rate/Batching';
import { RateLimit } from '../limits/rate/RateLimit';

/** When requests could start at the earliest, and which limit makes them wait for longest. */
interface EarliestStarts {
	/** Milliseconds after the first, in the order of the requests. */
	readonly starts: readonly number[];
	/** Its label; `undefined` where none makes a request wait. */
	readonly heldBackBy: string | undefined;
}

/**
 * The limits whose waits do not depend on how long a server takes: rate limits and batches. Those that
 * other runs share count as if this run had them to itself.
 */
export function timedLimits({ rateLimits, batching, shared }: LimitOptions): Limit[] {
	const all = [...rateLimits, ...shared.flatMap((limit) => limit.rateLimits)];
	return [
		...(batching ? [new Batching(batching.size, batching.pause)] : []),
		...all.map((options) => new RateLimit(options)),
	];
}

/**
 * Lets requests pass the limits one after the other, in virtual time, each with a response at once.
 * No run is faster: a limit counts a request from its start for at least as long as here.
 *
 * @param limits new ones, which nothing else uses
 */
export function earliestStarts(
	limits: readonly Limit[],
	requests: readonly AdmissionRequest[],
): EarliestStarts {
	const waited = new Map<string | undefined, number>();
	const findBlocker = (request: AdmissionRequest, now: number) => {
		for (const limit of limits) {
			const until = limit.availableAt(request, now);
			if (until > now) return { label: limit.label, until };
		}
		return undefined;
	};
	let now = 0;
	const starts: number[] = [];
	for (const request of requests) {
		let blocker = findBlocker(request, now);
		while (blocker) {
			const { label, until } = blocker;
			waited.set(label, (waited.get(label) ?? 0) + until - now);
			now = until;
			blocker = findBlocker(request, now);
		}
		const reservations = limits.map((limit) => limit.take(request, now));
		for (const [index, limit] of limits.entries()) {
			limit.release?.(request, { kind: 'ok', latency: 0 }, now, reservations[index]);
		}
		starts.push(now);
	}
	const [longest] = [...waited].sort(([, a], [, b]) => b - a);
	return { starts, heldBackBy: longest?.[0] };
}
