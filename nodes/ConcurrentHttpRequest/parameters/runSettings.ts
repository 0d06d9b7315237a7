import type { RunSettings } from '../client/Client';
import { adaptiveMaxConcurrency, maxConcurrency } from '../description/concurrency';
import { circuitBreakerFields } from '../description/failures';
import { readChoice, readFields, requireNumber } from './fields';
import type { ItemParameters } from './ItemParameters';
import { readRetry } from './retry';
import { readStopAfter } from './stopAfter';

const SECOND = 1000;

/** Successes in a row that close a circuit: one may be luck. */
const TRIALS = 3;

/**
 * Reads what holds for the whole run.
 *
 * @param parameters of the first item: where they hold expressions, it decides
 * @throws {InvalidParameter}
 */
export function readRunSettings(parameters: ItemParameters): RunSettings {
	const retry = readRetry(parameters.get('retry.retry'));
	return {
		concurrency: readConcurrency(parameters),
		obeyServerLimits: parameters.get('options.obeyServerLimits') !== false,
		retry,
		circuitBreaker: readCircuitBreaker(
			parameters.get('options.circuitBreaker.circuitBreaker'),
			retry.rules.totalTime,
		),
		stopAfter: readStopAfter(parameters.get('options.stopAfter.stopAfter')),
	};
}

function readConcurrency(parameters: ItemParameters): RunSettings['concurrency'] {
	const modes = ['fixed', 'adaptive'] as const;
	const mode = readChoice(parameters.get('concurrencyMode'), 'Concurrency Mode', modes);
	const field = mode === 'fixed' ? maxConcurrency : adaptiveMaxConcurrency;
	return { mode, max: requireNumber(parameters.get(field.name), field) };
}

/** @param longestWait milliseconds for which items may wait for a server */
function readCircuitBreaker(option: unknown, longestWait: number): RunSettings['circuitBreaker'] {
	if (option === undefined) return undefined;
	const { number, choice } = readFields(option, circuitBreakerFields);
	return {
		failureShare: number('failureShare') / 100,
		minimumRequests: number('minimumRequests'),
		window: number('window') * SECOND,
		openFor: number('openFor') * SECOND,
		trials: TRIALS,
		whenOpen: choice('whenOpen', ['wait', 'fail']),
		longestWait,
	};
}
