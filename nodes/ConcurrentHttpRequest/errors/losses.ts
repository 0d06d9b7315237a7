import { describeNumber } from '../common/describeNumber';

/** What had come of the items of a run when it ended. */
interface ItemCounts {
	/** Items that the run was given. */
	readonly items: number;
	/** Items that had ended with a response. */
	readonly succeeded: number;
}

/**
 * n8n discards the responses of a node that fails. To be read after the error.
 *
 * @returns `undefined` where nothing is lost
 */
export function describeLoss({ items, succeeded }: ItemCounts): string | undefined {
	if (succeeded === 0) return undefined;
	return `${describeNumber(succeeded)} of ${describeNumber(items)} had succeeded. To keep them: Settings > On Error > Continue (using error output).`;
}

/** What becomes of the responses of a run that the Stop button, or the workflow's timeout, has ended. */
export function describeStop({ items, succeeded }: ItemCounts): string {
	return `The run was stopped: ${describeNumber(succeeded)} of ${describeNumber(items)} items had succeeded. After a timeout they are in the execution; after the Stop button n8n discards them. Options > Stop After ends a run and hands them on.`;
}

/**
 * Settings > Retry On Fail runs the whole node again.
 *
 * @returns `undefined` where that repeats nothing in vain
 */
export function describeRepetition(items: number): string | undefined {
	if (items < 2) return undefined;
	return `Settings > Retry On Fail sends all ${describeNumber(items)} items again when one fails, also those that had succeeded. Switch it off, and use Retry among the node’s parameters, which repeats only what failed.`;
}
