import { toText } from '../common/toText';
import { batchingFields, maxConcurrencyPerHost } from '../description/limits';
import { accountMaxConcurrency, intervalUnits, safetyMargin } from '../description/rateLimits';
import type { LimitOptions } from '../limits/createLimits';
import type { RateLimitOptions } from '../limits/rate/RateLimit';
import type { SharedLimitOptions } from '../limits/shared/SharedLimit';
import { isEmpty, isObject, numberOf, readChoice, readFields, readNumber } from './fields';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';

/** The credential of a run. It stands for the account that an API counts the requests of. */
export interface Account {
	/** n8n's id of the credential. */
	readonly id: string;
	/** Its fields, decrypted. */
	readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Reads the limits of a run: those of the node, for this run alone or shared with other runs, and
 * those that its credential states for the account.
 *
 * @param parameters of the first item: where they hold expressions, it decides
 * @param concurrency the node's Max Concurrency, which is shared as its other limits are
 * @throws {InvalidParameter}
 */
export function readRunLimits(
	parameters: ItemParameters,
	concurrency: number,
	account: Account | undefined,
): LimitOptions {
	const rateLimits = readRateLimits(parameters);
	const perHost = parameters.get('options.maxConcurrencyPerHost');
	const batching = readBatching(parameters.get('options.batching.batch'));
	const ofRun = {
		...(!isEmpty(perHost) && { maxConcurrencyPerHost: readNumber(perHost, maxConcurrencyPerHost) }),
		...(batching && { batching }),
	};
	const ofAccount = account && readAccountLimits(account);
	const shared = ofAccount ? [ofAccount] : [];
	const key = readSharingKey(parameters, account);
	if (key === undefined) return { ...ofRun, rateLimits, shared };

	assertDistinctCosts(rateLimits);
	const own = { key, concurrency, rateLimits };
	const isSameKey = ofAccount?.key === key;
	return {
		...ofRun,
		rateLimits: [],
		shared: isSameKey ? [stricter(own, ofAccount)] : [...shared, own],
	};
}

/**
 * What the request of one item costs, for each rate limit that counts a cost, in their order.
 *
 * @throws {InvalidParameter}
 */
export function readCosts(parameters: ItemParameters): readonly number[] {
	return parameters.derive(costsOf);
}

function costsOf(parameters: ItemParameters): number[] {
	return rowsOf(parameters.get('rateLimits'))
		.filter(countsCost)
		.map(({ cost }) => {
			const number = numberOf(cost ?? 1);
			if (number >= 0 && number < Infinity) return number;
			throw new InvalidParameter(
				'Cost',
				`of a rate limit must be a number from 0, but it is "${toText(cost)}"`,
				'For example {{ $json.rows.length }}.',
			);
		});
}

/** Those that count a cost have its index in what {@link readCosts} returns. */
function readRateLimits(parameters: ItemParameters): RateLimitOptions[] {
	let costIndex = 0;
	return rowsOf(parameters.get('rateLimits')).map((row) => ({
		...readRateLimit(row),
		spreadEvenly: row.spreadEvenly === true,
		...(countsCost(row) && { unit: costName(row), costIndex: costIndex++ }),
	}));
}

/**
 * Runs recognize a shared rate limit that counts a cost by its interval and its Cost Name.
 *
 * @throws {InvalidParameter} where two have the same
 */
function assertDistinctCosts(rateLimits: readonly RateLimitOptions[]): void {
	const seen = new Set<string>();
	for (const { unit, interval, costIndex } of rateLimits) {
		if (costIndex === undefined) continue;
		const identity = `${interval} ${unit}`;
		if (seen.has(identity)) {
			throw new InvalidParameter(
				'Cost Name',
				`is "${unit}" in two rate limits of the same interval, which are shared with other runs`,
				'Give each its own name, for example input tokens and output tokens.',
			);
		}
		seen.add(identity);
	}
}

/** The rows of Rate Limits, of a node or of a credential. */
export function rowsOf(rateLimits: unknown): Array<Record<string, unknown>> {
	const rows = isObject(rateLimits) ? rateLimits.limits : undefined;
	return Array.isArray(rows) ? rows.filter(isObject) : [];
}

function readRateLimit(row: Record<string, unknown>): RateLimitOptions {
	const amount = readPositive(row.amount ?? 100, 'At Most', '100 for "100 requests per minute"');
	const every = readPositive(row.interval ?? 1, 'Every', '1 for each minute');
	const units = ['minutes', 'ms', 'seconds', 'hours', 'days'] as const;
	const unit = readChoice(row.intervalUnit, 'Interval Unit', units);
	const margin = readNumber(row.safetyMargin, safetyMargin, 'For example 0.2 for 200 ms.') * 1000;
	return {
		amount,
		interval: every * intervalUnits[unit],
		...(margin > 0 && { safetyMargin: margin }),
	};
}

function readPositive(value: unknown, label: string, example: string): number {
	const number = numberOf(value);
	if (number > 0 && number < Infinity) return number;
	throw new InvalidParameter(
		label,
		`of a rate limit must be a number above 0, but it is "${toText(value)}"`,
		`For example ${example}.`,
	);
}

function countsCost({ counts }: Record<string, unknown>): boolean {
	return counts === 'cost';
}

/** Never `requests`: every request counts as one of those. */
function costName(row: Record<string, unknown>): string {
	const name = toText(row.costName ?? '').trim();
	return name === '' || name === 'requests' ? 'units' : name;
}

/** As in HTTP Request, a size of 0 is 1, and an interval of 0 is no batching at all. */
function readBatching(batch: unknown): LimitOptions['batching'] {
	if (!isObject(batch)) return undefined;
	const { value } = readFields(batch, batchingFields);
	const size = numberOf(value('batchSize'));
	const pause = numberOf(value('batchInterval'));
	if (Number.isNaN(size)) {
		throw new InvalidParameter('Items per Batch', 'must be a whole number, for example 50');
	}
	if (pause === 0 || size < 0) return undefined;
	if (!(pause > 0 && pause < Infinity)) {
		throw new InvalidParameter(
			'Batch Interval (ms)',
			'must be a number of milliseconds from 0',
			'For example 1000 for one second.',
		);
	}
	return { size: Math.max(1, Math.floor(size)), pause };
}

/** @returns what the node shares its limits by; `undefined` where they hold for this run alone */
function readSharingKey(
	parameters: ItemParameters,
	account: Account | undefined,
): string | undefined {
	const scopes = ['run', 'credential', 'name'] as const;
	const scope = readChoice(parameters.get('options.limitScope'), 'Limits Hold For', scopes);
	if (scope === 'run') return undefined;
	if (scope === 'name') {
		const name = toText(parameters.get('options.limitName') ?? '').trim();
		if (name !== '') return `name:${name}`;
		throw new InvalidParameter(
			'Limit Name',
			'is empty',
			'Enter a name for what the limits belong to, for example example-api.',
		);
	}
	if (account) return accountKey(account);
	throw new InvalidParameter(
		'Limits Hold For',
		'is set to all runs with the same credential, but this node uses no credential',
		'Choose a credential under Authentication, or share the limits by a name.',
	);
}

function accountKey({ id }: Account): string {
	return `credential:${id}`;
}

/** @returns `undefined` where the credential states none */
function readAccountLimits(account: Account): SharedLimitOptions | undefined {
	const rateLimits = rowsOf(account.data.rateLimits).map(readRateLimit);
	const field = { ...accountMaxConcurrency, displayName: 'Max Concurrency of the Credential' };
	const concurrency = readNumber(account.data.maxConcurrency, field, 'Use 0 for no limit.');
	if (concurrency === 0 && rateLimits.length === 0) return undefined;
	return { key: accountKey(account), rateLimits, ...(concurrency > 0 && { concurrency }) };
}

function stricter(own: SharedLimitOptions, account: SharedLimitOptions): SharedLimitOptions {
	return {
		key: own.key,
		concurrency: Math.min(own.concurrency ?? Infinity, account.concurrency ?? Infinity),
		rateLimits: [...own.rateLimits, ...account.rateLimits],
	};
}
