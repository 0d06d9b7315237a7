import { circuitBreakerDefaults, failureBudgetDefaults } from '../description/faults';
import type { CircuitBreakerOptions } from '../limits/CircuitBreaker';
import type { FailureBudgetOptions } from '../client/FailureBudget';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';
import { readNumber } from './readNumber';
import { toText } from '../common/toText';

/** Successes in a row that close a circuit: one may be luck. */
const TRIALS = 3;

/**
 * The option Circuit Breaker, for the whole run.
 *
 * @param longestWait milliseconds for which items may wait for a server
 * @returns `undefined` without that option
 * @throws {InvalidParameter}
 */
export function readCircuitBreaker(
	parameters: ItemParameters,
	longestWait: number,
): CircuitBreakerOptions | undefined {
	const name = 'options.circuitBreaker.circuitBreaker';
	if (parameters.get(name) === undefined) return undefined;
	const defaults = circuitBreakerDefaults;
	const whenOpen = parameters.get(`${name}.whenOpen`) ?? defaults.whenOpen;
	if (whenOpen !== 'wait' && whenOpen !== 'fail') {
		throw new InvalidParameter('During the Pause', `cannot be "${toText(whenOpen)}"`);
	}
	const number = (key: 'failureShare' | 'minimumRequests' | 'window' | 'openFor', limits: Limits) =>
		readNumber(parameters, `${name}.${key}`, { fallback: defaults[key], ...limits });
	return {
		failureShare: number('failureShare', { field: 'Failures (%)', min: 1, max: 100 }) / 100,
		minimumRequests: number('minimumRequests', {
			field: 'Minimum Requests',
			min: 1,
			isWhole: true,
		}),
		window: number('window', { field: 'Window (Ms)', min: 100 }),
		openFor: number('openFor', { field: 'Pause (Ms)', min: 1 }),
		trials: TRIALS,
		whenOpen,
		longestWait,
	};
}

interface Limits {
	readonly field: string;
	readonly min: number;
	readonly max?: number;
	readonly isWhole?: boolean;
}

/**
 * The option Failure Budget, for the whole run.
 *
 * @returns `undefined` without that option
 * @throws {InvalidParameter}
 */
export function readFailureBudget(parameters: ItemParameters): FailureBudgetOptions | undefined {
	const name = 'options.failureBudget.failureBudget';
	if (parameters.get(name) === undefined) return undefined;
	const defaults = failureBudgetDefaults;
	const measure = parameters.get(`${name}.measure`) ?? defaults.measure;
	if (measure === 'count') {
		const maxFailures = readNumber(parameters, `${name}.maxFailures`, {
			field: 'Max Failures',
			fallback: defaults.maxFailures,
			min: 0,
			isWhole: true,
		});
		return { maxFailures, maxShare: undefined, minimumItems: 1 };
	}
	if (measure !== 'share') throw new InvalidParameter('Measure', `cannot be "${toText(measure)}"`);
	const percent = readNumber(parameters, `${name}.maxShare`, {
		field: 'Max Failures (%)',
		fallback: defaults.maxShare,
		min: 0,
		max: 100,
	});
	const minimumItems = readNumber(parameters, `${name}.minimumItems`, {
		field: 'Minimum Items',
		fallback: defaults.minimumItems,
		min: 1,
		isWhole: true,
	});
	return { maxFailures: undefined, maxShare: percent / 100, minimumItems };
}
