import { retryDefaults as defaults } from '../description/retry';
import { DEFAULT_RETRY_BUDGET, type RetryBudgetOptions } from '../client/retry/RetryBudget';
import { ONLY_WHEN_ASKED, type RetryRules } from '../client/retry/RetryPolicy';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';
import { readNumber } from './readNumber';
import { isToken } from '../common/token';
import { toText } from '../common/toText';

/** How a run tries again. */
export interface RetrySettings {
	readonly rules: RetryRules;
	readonly budget: RetryBudgetOptions;
	/** Name of the header that carries the key; `undefined` to send none. */
	readonly idempotencyHeader: string | undefined;
}

const NAME = 'options.retry.retry';

/**
 * The option Retry. It holds for the whole run, so expressions are evaluated for the first item.
 * Without it, only what the server asks for is tried again.
 *
 * @throws {InvalidParameter}
 */
export function readRetry(parameters: ItemParameters): RetrySettings {
	if (parameters.get(NAME) === undefined) {
		return {
			rules: ONLY_WHEN_ASKED,
			budget: DEFAULT_RETRY_BUDGET,
			idempotencyHeader: undefined,
		};
	}
	const number = (name: keyof typeof defaults, field: string, max?: number) =>
		readNumber(parameters, `${NAME}.${name}`, {
			field,
			fallback: Number(defaults[name]),
			min: 0,
			...(max !== undefined && { max }),
		});
	const flag = (name: keyof typeof defaults) =>
		(parameters.get(`${NAME}.${name}`) ?? defaults[name]) === true;
	const totalTime = number('totalTime', 'Total Time (Ms)');
	return {
		rules: {
			maxTries: readNumber(parameters, `${NAME}.maxTries`, {
				field: 'Max Tries',
				fallback: defaults.maxTries,
				min: 1,
				max: 100,
				isWhole: true,
			}),
			statuses: readStatuses(parameters.get(`${NAME}.statusCodes`) ?? defaults.statusCodes),
			networkFailures: flag('onNetworkErrors'),
			timeouts: flag('onTimeouts'),
			backoff: readBackoff(
				number('firstBackoff', 'First Backoff (Ms)'),
				number('longestBackoff', 'Longest Backoff (Ms)'),
			),
			totalTime: totalTime === 0 ? Infinity : totalTime,
			retryNonIdempotent: flag('retryNonIdempotent'),
		},
		budget: {
			...DEFAULT_RETRY_BUDGET,
			share: number('retryBudget', 'Retry Budget (%)', 100) / 100,
		},
		idempotencyHeader: flag('sendIdempotencyKey')
			? readHeaderName(parameters.get(`${NAME}.idempotencyHeader`))
			: undefined,
	};
}

function readBackoff(base: number, cap: number): RetryRules['backoff'] {
	if (cap < base) {
		throw new InvalidParameter(
			'Longest Backoff (Ms)',
			'must not be less than "First Backoff (Ms)"',
		);
	}
	return { base, cap };
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

function readHeaderName(value: unknown): string {
	const name = toText(value ?? '').trim() || defaults.idempotencyHeader;
	if (!isToken(name)) {
		throw new InvalidParameter(
			'Idempotency Key Header',
			`is ${JSON.stringify(name)}, which HTTP does not allow`,
			'For example Idempotency-Key.',
		);
	}
	return name;
}
