import type { RunSettings } from '../client/Client';
import { DEFAULT_RETRY_BUDGET } from '../client/retry/RetryBudget';
import { RETRY_WHEN_ASKED } from '../client/retry/RetryPolicy';
import { isToken } from '../common/token';
import { toText } from '../common/toText';
import { retryFields } from '../description/retry';
import { readFields } from './fields';
import { InvalidParameter } from './InvalidParameter';

/**
 * Without the option, only what the server asks for is tried again.
 *
 * @throws {InvalidParameter}
 */
export function readRetry(option: unknown): RunSettings['retry'] {
	if (option === undefined) {
		return { rules: RETRY_WHEN_ASKED, budget: DEFAULT_RETRY_BUDGET, idempotencyHeader: undefined };
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
