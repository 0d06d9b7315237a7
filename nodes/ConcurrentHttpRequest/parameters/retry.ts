import type { RunSettings } from '../client/Client';
import { DEFAULT_RETRY_BUDGET } from '../client/retry/RetryBudget';
import { RETRY_WHEN_ASKED } from '../client/retry/RetryPolicy';
import { isToken } from '../common/token';
import { toText } from '../common/toText';
import { retryFields, retrySettings } from '../description/retry';
import { readChoice, readFields } from './fields';
import { InvalidParameter } from './InvalidParameter';

const CAUSES = ['statuses', 'networkErrors', 'timeouts'] as const;

/**
 * Without the group Retry, only what the server asks for is tried again.
 *
 * @throws {InvalidParameter}
 */
export function readRetry(retry: unknown): RunSettings['retry'] {
	if (retry === undefined) {
		return { rules: RETRY_WHEN_ASKED, budget: DEFAULT_RETRY_BUDGET, idempotencyHeader: undefined };
	}
	const { number, value } = readFields(retry, retryFields);
	const setting = readFields(value('settings'), retrySettings);
	const seconds = (name: string) => setting.number(name) * 1000;
	const [base, cap] = [seconds('firstWait'), seconds('longestWait')];
	if (cap < base) {
		throw new InvalidParameter(
			'Longest Wait (Seconds)',
			'must not be less than "Wait Before Second Try (Seconds)"',
		);
	}
	const retryOn = readRetryOn(value('retryOn'));
	return {
		rules: {
			maxTries: number('maxTries'),
			statuses: retryOn.has('statuses') ? readStatuses(setting.value('statusCodes')) : new Set(),
			networkFailures: retryOn.has('networkErrors'),
			timeouts: retryOn.has('timeouts'),
			backoff: { base, cap },
			totalTime: seconds('totalTime') || Infinity,
			retryNonIdempotent: setting.flag('retryPostAndPatch'),
		},
		budget: { ...DEFAULT_RETRY_BUDGET, share: setting.number('retriesPer100') / 100 },
		idempotencyHeader: setting.flag('sendIdempotencyKey')
			? checkHeaderName(setting.text('idempotencyHeader'))
			: undefined,
	};
}

/** Names from a multi-select; an expression may also give a single one, or text with commas. */
function readRetryOn(value: unknown): ReadonlySet<(typeof CAUSES)[number]> {
	return new Set(entriesOf(value).map((entry) => readChoice(entry, 'Retry On', CAUSES)));
}

function entriesOf(value: unknown): string[] {
	return (Array.isArray(value) ? value : toText(value).split(','))
		.map((entry) => toText(entry).trim())
		.filter((entry) => entry !== '');
}

/** Codes and ranges with commas in between; also a single number, or a list from an expression. */
function readStatuses(value: unknown): ReadonlySet<number> {
	const statuses = new Set<number>();
	for (const entry of entriesOf(value)) {
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
