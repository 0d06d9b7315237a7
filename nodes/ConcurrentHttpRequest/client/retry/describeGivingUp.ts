import { describeTimes } from '../../common/describeNumber';
import type { GaveUp } from './RetryPolicy';

/** The time, for saying when to come back. */
export interface Times {
	/** The clock's milliseconds. */
	readonly now: number;
	/** Milliseconds since 1970. */
	readonly wallClock: number;
}

/**
 * Why a request was not tried again, and what to do about it, in one or two sentences.
 *
 * @param tries attempts that were made
 * @returns an empty text where there is nothing to say
 */
export function describeGivingUp(
	{ reason, comeBackAt, because = 'the run has ended' }: GaveUp,
	tries: number,
	at: Times,
): string {
	const times = describeTimes(tries);
	const back = comeBackAt === undefined ? '' : ` ${describeComingBack(comeBackAt, at)}`;
	switch (reason) {
		case 'tries':
			return tries === 1 ? back.trim() : `The request was tried ${times}.${back}`;
		case 'time':
			return `The request was tried ${times}; another try would exceed Retry > Total Time.${back}`;
		case 'unsafe':
			return `The request was not tried again, because it might be carried out twice. If that does no harm, switch on Retry > Also Retry POST and PATCH, or Retry > Avoid Duplicates (Idempotency Key).${back}`;
		case 'run ended':
			return `The request was tried ${times}, and not again: ${because}.${back}`;
		case 'circuit open':
			return `The request was tried ${times}, and not again, because too many requests to this server have failed.`;
		case 'retry budget':
			return `The request was tried ${times}, and not again, because too many requests fail at the moment: more retries would make it worse.`;
	}
}

/** `The server asks to wait until 2026-01-31 14:05:10 UTC (23 minutes from now).` */
export function describeComingBack(comeBackAt: number, at: Times): string {
	const wait = Math.max(0, comeBackAt - at.now);
	const date = new Date(at.wallClock + wait).toISOString();
	return `The server asks to wait until ${date.slice(0, 10)} ${date.slice(11, 19)} UTC (${inWords(wait)} from now).`;
}

/** Rounded up, so that nobody comes back too early. */
function inWords(milliseconds: number): string {
	const seconds = Math.ceil(milliseconds / 1000);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.ceil(seconds / 60);
	return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
