import { RETRYABLE_STATUSES } from '../../../nodes/ConcurrentHttpRequest/client/retry/RetryPolicy.ts';
import type { RunSpec } from './RunSpec.ts';
import type { SeenRequest } from './ScriptedServers.ts';

/** Tries without the group Retry, and seconds that they may take; see docs/retries.md. */
const WITHOUT_RETRY = { maxTries: 5, totalTime: 600_000 };

/** Statuses with which Retry-After asks for a pause of the whole server. */
const PAUSING = new Set([403, 429, 503]);

/** Statuses of requests that the server has not carried out, so that a POST may be repeated. */
const NOT_CARRIED_OUT = new Set([425, 429]);

/** How far an item has come. */
interface Progress {
	tries: number;
	firstAt: number;
	/** A server may have carried it out before it redirected it. */
	mayHaveTakenEffect: boolean;
}

/**
 * Why an item's next request may be sent after another: it is the next try, the next page, or a redirect.
 *
 * @returns the earliest time for it, and whether it has to come unless something ends the item; else
 * why it must not be sent
 */
type Follows = { readonly from: number; readonly wanted: boolean } | string;

/**
 * Explains the requests of each item by its tries, pages and redirects.
 *
 * @returns what cannot be explained, in a sentence each
 */
export function explainRequests(spec: RunSpec, seen: readonly SeenRequest[]): string[] {
	return spec.items.flatMap((_, item) =>
		explainItem(
			spec,
			seen.filter((each) => each.item === item),
		).map((problem) => `item ${item}: ${problem}`),
	);
}

/** Whether the last request of an item brought all that was wanted of it. */
export function isComplete(spec: RunSpec, requests: readonly SeenRequest[]): boolean {
	const last = requests.at(-1);
	return last !== undefined && isGood(last) && !hasNextPage(spec, last);
}

/** Whether the item has to go on after its last request, unless something ends it. */
export function wantsMore(spec: RunSpec, requests: readonly SeenRequest[]): boolean {
	const last = requests.at(-1);
	if (!last) return true;
	const follows = whatFollows(spec, last, progressOf(requests));
	return follows.some((each) => typeof each.follows !== 'string' && each.follows.wanted);
}

function explainItem(spec: RunSpec, requests: readonly SeenRequest[]): string[] {
	const problems: string[] = [];
	requests.forEach((request, index) => {
		const before = requests[index - 1];
		if (!before) {
			if (request.hop !== 0 || request.page !== 1) problems.push(`begins with ${name(request)}`);
			return;
		}
		if (before.endedAt === undefined || before.endedAt > request.at) {
			problems.push(`${name(request)} was sent while ${name(before)} was in flight`);
			return;
		}
		const options = whatFollows(spec, before, progressOf(requests.slice(0, index)));
		const match = options.find(({ hop, page }) => hop === request.hop && page === request.page);
		const follows = match?.follows ?? 'nothing leads to it';
		if (typeof follows === 'string') {
			problems.push(`${name(request)} followed ${name(before)}, but ${follows}`);
		} else if (request.at < follows.from) {
			problems.push(`${name(request)} came at ${request.at} ms, before ${follows.from} ms`);
		}
	});
	return problems;
}

function name({ page, hop, at, step, ended }: SeenRequest): string {
	return `page ${page}, hop ${hop} at ${at} ms (${step.does}, ${ended})`;
}

function progressOf(requests: readonly SeenRequest[]): Progress {
	const page = requests.at(-1)?.page;
	const ofPage = requests.filter((each) => each.page === page);
	const attempts = ofPage.filter(({ hop }) => hop === 0);
	const lastAttempt = ofPage.slice(ofPage.lastIndexOf(attempts.at(-1)!));
	return {
		tries: attempts.length,
		firstAt: ofPage[0]?.at ?? 0,
		mayHaveTakenEffect: lastAttempt
			.slice(0, -1)
			.some(({ step }) => 'status' in step && [301, 302, 303].includes(step.status)),
	};
}

function whatFollows(spec: RunSpec, last: SeenRequest, progress: Progress) {
	const { page, hop } = last;
	return [
		{ hop: hop + 1, page, follows: asRedirect(spec, last) },
		{ hop: 0, page: page + 1, follows: asPage(spec, last) },
		{ hop: 0, page, follows: asRetry(spec, last, progress) },
	];
}

function asRedirect(spec: RunSpec, { step, hop, ended, endedAt = 0 }: SeenRequest): Follows {
	if (step.does !== 'redirect' || ended !== 'responded') return 'it was no redirect';
	if (hop >= spec.maxRedirects) return 'there were too many redirects';
	return { from: endedAt + (step.retryAfter ?? 0), wanted: step.to >= 0 };
}

function asPage(spec: RunSpec, last: SeenRequest): Follows {
	if (!isGood(last)) return 'its page did not come';
	if (!hasNextPage(spec, last)) return 'it was the last page';
	return { from: last.endedAt ?? 0, wanted: true };
}

function asRetry(spec: RunSpec, last: SeenRequest, progress: Progress): Follows {
	const { retry = WITHOUT_RETRY, method } = spec;
	const { step, endedAt = 0 } = last;
	const cause = causeOfRetry(spec, last, progress);
	if (typeof cause === 'string') return cause;
	if (progress.tries >= retry.maxTries) return 'there were too many tries';
	const repeatable = method === 'GET' || (spec.retry?.retryPostAndPatch ?? false);
	const isRefused =
		last.ended === 'responded' && 'status' in step && NOT_CARRIED_OUT.has(step.status);
	const isCarriedOut = progress.mayHaveTakenEffect || !isRefused;
	if (!repeatable && isCarriedOut && !cause.isUnsent) return 'its method must not be repeated';
	const from = endedAt + cause.pause;
	if (from > progress.firstAt + retry.totalTime) return 'its time was over';
	return { from, wanted: step.does !== 'redirect' };
}

function causeOfRetry(
	spec: RunSpec,
	{ step, hop, ended, isStale }: SeenRequest,
	{ tries, mayHaveTakenEffect }: Progress,
): { pause: number; isUnsent?: boolean } | string {
	const retryOn = (cause: 'statuses' | 'networkErrors' | 'timeouts') =>
		spec.retry?.retryOn.includes(cause) ?? false;
	if (ended === 'left') return retryOn('timeouts') ? { pause: 0 } : 'timeouts are not repeated';
	if (ended === 'cut') {
		if (retryOn('networkErrors')) return { pause: 0 };
		return isStale && tries <= 2 ? { pause: 0 } : 'failed connections are not repeated';
	}
	if (step.does === 'redirect') {
		// A connection to its target could not be made, or took too long.
		const cause = step.to < 0 ? 'networkErrors' : 'timeouts';
		if (hop >= spec.maxRedirects) return 'there were too many redirects';
		if (!retryOn(cause) && !retryOn('timeouts')) return 'it was redirected';
		return { pause: 0, isUnsent: !mayHaveTakenEffect && [307, 308].includes(step.status) };
	}
	if (step.does !== 'refuse') return 'it had succeeded';
	const isTold = step.retryAfter !== undefined && PAUSING.has(step.status);
	if (isTold) return { pause: step.retryAfter ?? 0 };
	if (!retryOn('statuses') || !RETRYABLE_STATUSES.includes(step.status)) {
		return `status ${step.status} is not repeated`;
	}
	return { pause: step.retryAfter ?? 0 };
}

function isGood({ step, ended }: SeenRequest): boolean {
	return (
		ended === 'responded' && ['ok', 'close', 'close later', 'interim first'].includes(step.does)
	);
}

function hasNextPage(spec: RunSpec, { item, page }: SeenRequest): boolean {
	return spec.pagination && page < (spec.items[item]?.pages ?? 1);
}
