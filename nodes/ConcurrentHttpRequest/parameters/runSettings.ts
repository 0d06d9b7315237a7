import type { RunSettings } from '../client/Client';
import { DEFAULT_RETRY_BUDGET } from '../client/retry/RetryBudget';
import { ONLY_WHEN_ASKED } from '../client/retry/RetryPolicy';
import { isToken } from '../common/token';
import { toText } from '../common/toText';
import { maxConcurrency } from '../description/concurrency';
import { circuitBreakerFields, failureBudgetFields } from '../description/faults';
import { retryFields } from '../description/retry';
import { readChoice, readFields, requireNumber } from './fields';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';

/** Successes in a row that close a circuit: one may be luck. */
const TRIALS = 3;

/**
 * Reads what holds for the whole run.
 *
 * @param parameters of the first item: where they hold expressions, it decides
 * @throws {InvalidParameter}
 */
export function readRunSettings(parameters: ItemParameters): RunSettings {
	const retry = readRetry(parameters.get('options.retry.retry'));
	return {
		concurrency: {
			mode: readChoice(parameters.get('concurrencyMode'), 'Concurrency Mode', [
				'fixed',
				'adaptive',
			]),
			max: requireNumber(parameters.get('maxConcurrency'), maxConcurrency),
		},
		heedServerLimits: parameters.get('options.heedServerLimits') !== false,
		retry,
		circuitBreaker: readCircuitBreaker(
			parameters.get('options.circuitBreaker.circuitBreaker'),
			retry.rules.totalTime,
		),
		failureBudget: readFailureBudget(parameters.get('options.failureBudget.failureBudget')),
	};
}

/** Without the option, only what the server asks for is tried again. */
function readRetry(option: unknown): RunSettings['retry'] {
	if (option === undefined) {
		return { rules: ONLY_WHEN_ASKED, budget: DEFAULT_RETRY_BUDGET, idempotencyHeader: undefined };
	}
	const { number, flag, text, value } = readFields(option, retryFields);
	const [base, cap] = [number('firstBackoff'), number('longestBackoff')];
	if (cap < base) {
		throw new InvalidParameter(
			'Longest Backoff (Ms)',
			'must not be less than "First Backoff (Ms)"',
		);
	}
	return {
		rules: {
			maxTries: number('maxTries'),
			statuses: readStatuses(value('statusCodes')),
			networkFailures: flag('onNetworkErrors'),
			timeouts: flag('onTimeouts'),
			backoff: { base, cap },
			totalTime: number('totalTime') || Infinity,
			retryNonIdempotent: flag('retryNonIdempotent'),
		},
		budget: { ...DEFAULT_RETRY_BUDGET, share: number('retryBudget') / 100 },
		idempotencyHeader: flag('sendIdempotencyKey')
			? checkHeaderName(text('idempotencyHeader'))
			: undefined,
	};
}

/** Codes and ranges with commas in between; also a single number, or a list from an expression. */
function readStatuses(value: unknown): ReadonlySet<number> {
	const entries = (Array.isArray(value) ? value : toText(value).split(','))
		.map((entry) => toText(entry).trim())
		.filter((entry) => entry !== '');
	const statuses = new Set<number>();
	for (const entry of entries) {
		const match = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(entry);
		if (!match) {
			throw new InvalidParameter(
				'Status Codes',
				`contain ${JSON.stringify(entry)}, which is no status from 100 to 599`,
				'For example 429, 500-504.',
			);
		}
		const from = Number(match[1]);
		for (let status = from; status <= Number(match[2] ?? from); status++) statuses.add(status);
	}
	return statuses;
}

function checkHeaderName(name: string): string {
	if (isToken(name)) return name;
	throw new InvalidParameter(
		'Idempotency Key Header',
		`is ${JSON.stringify(name)}, which HTTP does not allow`,
		'For example Idempotency-Key.',
	);
}

/** @param longestWait milliseconds for which items may wait for a server */
function readCircuitBreaker(option: unknown, longestWait: number): RunSettings['circuitBreaker'] {
	if (option === undefined) return undefined;
	const { number, choice } = readFields(option, circuitBreakerFields);
	return {
		failureShare: number('failureShare') / 100,
		minimumRequests: number('minimumRequests'),
		window: number('window'),
		openFor: number('openFor'),
		trials: TRIALS,
		whenOpen: choice('whenOpen', ['wait', 'fail']),
		longestWait,
	};
}

function readFailureBudget(option: unknown): RunSettings['failureBudget'] {
	if (option === undefined) return undefined;
	const { number, choice } = readFields(option, failureBudgetFields);
	return choice('measure', ['share', 'count']) === 'count'
		? { maxFailures: number('maxFailures'), maxShare: undefined, minimumItems: 1 }
		: {
				maxFailures: undefined,
				maxShare: number('maxShare') / 100,
				minimumItems: number('minimumItems'),
			};
}
