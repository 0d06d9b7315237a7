import { NotTried } from '../client/FailureBudget';
import { systemClock } from '../common/Clock';
import { CostTooHigh } from '../limits/rate/CostTooHigh';
import { describeComingBack } from '../client/retry/describeGivingUp';
import { NotSent } from '../limits/NotSent';
import { SharedLimitsAway } from '../limits/shared/redis/SharedLimitsAway';

/**
 * What to do about a request that was held back for good, so that its server never saw it.
 *
 * @returns `undefined` for any other error
 */
export function adviceForUnsent(error: unknown): { kind: string; advice: string } | undefined {
	if (error instanceof NotTried) {
		return { kind: 'not tried', advice: 'Correct what failed, and run the workflow for the rest.' };
	}
	if (error instanceof SharedLimitsAway) {
		return { kind: 'limits away', advice: error.hint };
	}
	if (error instanceof CostTooHigh) {
		return { kind: 'invalid input', advice: 'See the option Rate Limits.' };
	}
	if (!(error instanceof NotSent)) return undefined;
	if (error.kind === 'circuit open') {
		return {
			kind: error.kind,
			advice: 'Find out what is wrong with the server, or change the option Circuit Breaker.',
		};
	}
	if (error.kind === 'run ended') {
		return {
			kind: error.kind,
			advice:
				'See which item failed first. The server may have carried out the request before it redirected.',
		};
	}
	const times = { now: systemClock.now(), wallClock: Date.now() };
	return {
		kind: error.kind,
		advice: `${describeComingBack(error.comeBackAt, times)} To wait for it, raise Retry > Total Time.`,
	};
}
