import type { StopAfterOptions } from '../client/StopAfter';
import { stopAfterFields } from '../description/stopAfter';
import { readFields } from './fields';

/**
 * @param option the fields of Options > Stop After; `undefined` without the option
 * @throws {InvalidParameter}
 */
export function readStopAfter(option: unknown): StopAfterOptions | undefined {
	if (option === undefined) return undefined;
	const { number, choice } = readFields(option, stopAfterFields);
	const after = choice('after', ['time', 'failedItems', 'failedShare']);
	switch (after) {
		case 'time':
			return { after, time: number('time') * 1000 };
		case 'failedItems':
			return { after, failedItems: number('failedItems') };
		case 'failedShare':
			return {
				after,
				failedShare: number('failedShare') / 100,
				minimumItems: number('minimumItems'),
			};
	}
}
